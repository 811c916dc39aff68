"""The application database (业务库): what is listed, counted and looked up; what is true is the workflow's journal."""
