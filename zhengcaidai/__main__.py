"""`python -m zhengcaidai`."""

from zhengcaidai.cli import app

if __name__ == "__main__":
    app()
