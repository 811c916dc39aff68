"""The kinds of problem (问题类型): stable names, what each means, in both languages; shown at `GET /problems/{type}`."""

from zhengcaidai.documents.errors import DocumentDamaged, FontMissing
from zhengcaidai.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    OutsideDown,
    OutsideError,
    OutsideRefused,
    Refusal,
    RuleBroken,
    WrongParty,
    WrongStage,
    ZhengcaidaiError,
)
from zhengcaidai.messages.base import Frozen
from zhengcaidai.sealing import SealBroken
from zhengcaidai.store.idempotency import KeyInFlight, KeyReused
from zhengcaidai.web import errors

__all__ = ["CATALOGUE", "ProblemKind", "address_of"]


class ProblemKind(Frozen):
    """One kind: its name, the status that it comes with, its title, and what to do about it."""

    type: str
    status: int
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str


def address_of(kind: str) -> str:
    """The `type` member of a problem: relative to the API's own address, where it can be looked up."""
    return f"/problems/{kind}"


_WORDS: tuple[tuple[type[ZhengcaidaiError], str, str, str, str], ...] = (
    (Refusal, "未予办理", "Refused", "请按说明更正后再办理。", "Set right what the detail says."),
    (
        InvalidInput,
        "内容有误",
        "A value is wrong",
        "errors 逐项列出字段位置和正确写法。",
        "`errors` lists each field, and what would be right.",
    ),
    (
        RuleBroken,
        "制度不允许",
        "A clause forbids it",
        "clause 指明依据的条款。",
        "`clause` names the clause that says so.",
    ),
    (
        WrongParty,
        "非本方办理事项",
        "Not this party's step",
        "该事项由 right 所列的一方办理。",
        "`right` names the party whose step it is.",
    ),
    (
        WrongStage,
        "当前环节不能办理",
        "Not now",
        "right 列出可以办理的环节。",
        "`right` lists the stages in which it is possible.",
    ),
    (
        Conflict,
        "与已办事项冲突",
        "Contradicts what was done",
        "请先核对已办理的内容。",
        "Look at what was done already.",
    ),
    (
        NotFound,
        "不存在或无权查看",
        "Not found",
        "不存在的与不属于贵单位的不作区分。",
        "What does not exist and what is not yours are not told apart.",
    ),
    (OutsideError, "外部系统出错", "An outside system failed", "请稍后再试。", "Try again later."),
    (
        OutsideDown,
        "系统暂不可用",
        "Cannot be reached now",
        "没有任何变更；按 Retry-After 重试。",
        "Nothing was changed; try again after Retry-After.",
    ),
    (OutsideRefused, "外部系统拒绝", "An outside system refuses", "请按说明处理。", "See the detail."),
    (ZhengcaidaiError, "内部错误", "Internal error", "请把请求编号告知运维。", "Give the operator the request id."),
    (SealBroken, "密文无法打开", "A sealed value cannot be opened", "请联系运维。", "Tell the operator."),
    (FontMissing, "缺少中文字体", "No Chinese font", "请联系运维安装字体。", "Tell the operator to install one."),
    (DocumentDamaged, "文件已损坏", "A stored document is damaged", "请联系运维恢复。", "Tell the operator."),
    (
        KeyInFlight,
        "请求处理中",
        "The first request is still being carried out",
        "稍后以同一幂等键重试。",
        "Ask again with the same key in a moment.",
    ),
    (
        KeyReused,
        "幂等键重复使用",
        "The key was used for another request",
        "新的请求使用新的幂等键。",
        "A new request has a new key.",
    ),
    (
        errors.Unauthenticated,
        "未登录或令牌无效",
        "Not authenticated",
        "在 Authorization 中给出有效的 Bearer 令牌。",
        "Give a valid bearer token in Authorization.",
    ),
    (errors.BadRequest, "请求无法读取", "The request cannot be read", "请核对请求格式。", "Check the request's form."),
    (
        errors.KeyMissing,
        "缺少幂等键",
        "Idempotency-Key is missing",
        "每个写请求都带 Idempotency-Key，重试时不变。",
        "Every write carries an Idempotency-Key that stays the same when it is sent again.",
    ),
    (
        errors.MethodNotAllowed,
        "方法不适用",
        "Method not allowed",
        "Allow 列出可用的方法。",
        "The Allow header lists the methods.",
    ),
    (errors.BodyTooLarge, "内容过大", "The body is too large", "请减小内容。", "Send less."),
    (
        errors.UnsupportedMedia,
        "内容类型不适用",
        "Unsupported media type",
        "right 给出可用的 Content-Type。",
        "`right` gives the Content-Type.",
    ),
    (errors.NoSuchAddress, "没有此地址", "No such address", "接口列表见 /docs。", "See /docs."),
    (
        errors.WorkflowsDown,
        "流程引擎暂不可用",
        "The workflow engine is away",
        "没有任何遗失；以同一幂等键重试。",
        "Nothing is lost: send it again with the same key.",
    ),
    (errors.Busy, "请求过多", "Too much at once", "按 Retry-After 重试。", "Try again after Retry-After."),
)

CATALOGUE: dict[str, ProblemKind] = {
    error.type: ProblemKind(
        type=error.type,
        status=error.status,
        title_zh=title_zh,
        title_en=title_en,
        about_zh=about_zh,
        about_en=about_en,
    )
    for error, title_zh, title_en, about_zh, about_en in _WORDS
}
"""Every kind of problem that this API answers with, by its stable name."""
