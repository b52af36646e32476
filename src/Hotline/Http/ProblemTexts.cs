namespace Hotline.Http;

/// <summary>Every refusal's words, once, in both languages: what happened, and what to do.</summary>
public static class ProblemTexts
{
    private sealed record Words(string ZhTitle, string ZhDetail, string EnTitle, string EnDetail);

    private static readonly Dictionary<string, Words> All = new()
    {
        ["unauthenticated"] = new("需要登录", "请先登录，再重试。", "Sign-in needed", "Sign in and try again."),
        ["not-found"] = new("没有找到", "没有这一项，或者您无权知道它。", "Not found", "There is no such thing, or it is not yours to know."),
        ["forbidden"] = new("无权操作", "您的角色不能做这一步。需要时请联系值班长。", "Not allowed", "Your role may not do this. Ask the duty supervisor if it is needed."),
        ["sign-in-refused"] = new("登录失败", "用户名或密码不对。", "Sign-in refused", "The user name or the password is wrong."),
        ["too-many"] = new("尝试过于频繁", "请稍候再试；账号不会被锁定。", "Too many tries", "Wait a little and try again; the account is not locked."),
        ["nothing-reportable"] = new("没有可报告的内容", "请至少写下经过、选择一种情形，或回答一个险情问题。不必完整，其余可以以后补充。", "Nothing to report", "Write what happened, choose a ground or answer one danger question. It need not be complete; the rest can follow."),
        ["one-file"] = new("请上传一个文件", "每次上传一个不为空的文件。", "One file, please", "Upload one file that is not empty."),
        ["unsupported-file"] = new("不支持这种文件", "可以上传图片、PDF、文本、音频或视频（MP4）。", "This kind of file is not taken", "Send an image, PDF, text, audio or MP4 video."),
        ["unknown-format"] = new("没有这种格式", "可选 json、mermaid、xstate。", "No such format", "Choose json, mermaid or xstate."),
        ["clock-advance"] = new("时间长度有误", "请用 ISO 8601 时长，例如 PT30M，最长 366 天，不能为负。", "Not a length of time", "Give an ISO 8601 duration such as PT30M, at most 366 days, not negative."),
        ["handover-not-yours"] = new("不是您的交接班", "只有交班、接班的人可以签字；值班长可以代签，须写明 side。", "Not your hand-over", "Only those who go and those who come sign it; the duty supervisor may sign in their place and says for which side."),
        ["channel-is-off"] = new("短信已停用", "这个号码的短信已停用，不能发送验证码。请先恢复短信，或登记另一个号码。", "Texts are off", "Texts to this number are off, so no code can be sent. Put them on again, or keep another number."),
        ["channel-opted-out"] = new("本人已退订", "此人回复过退订，只有本人回复 START 才能恢复。", "Opted out", "This person opted out by text; only they can come back, by replying START."),
        ["codes-too-many"] = new("验证码发送过多", "一小时内发送次数已到上限，请稍后再试。", "Too many codes", "As many codes as may be were sent within the hour; try again later."),
        ["code-expired"] = new("验证码已失效", "验证码已过期、用过或输错次数过多，请重新获取。", "The code no longer holds", "It is too old, was used, or was mistyped too often; ask for a new one."),
        ["roster-has-gaps"] = new("有无人当班的时段", "这样保存后有 {0} 段时间无人当班，见 gaps。补上人，或确认后以 acknowledgeGaps: true 再次提交；到时仍会提前呼叫负责人。", "Hours nobody covers", "Saved like this, nobody is on duty in {0} stretches of time, see gaps. Fill them, or submit again with acknowledgeGaps: true; whoever keeps the roster is still paged in advance."),
        ["swap-not-yours"] = new("不是您的换班", "只有被请求的人可以同意或拒绝，只有提出的人可以撤回。", "Not your swap", "Only the person asked may accept or decline, only the one who asked may withdraw."),
        ["swap-settled"] = new("换班已有结果", "这次换班已经答复、撤回或过期，请另提一次。", "The swap is settled", "It was answered, withdrawn or is over; propose another one."),
        ["page-not-yours"] = new("不是呼叫您的", "这是对另一个人的通信演练，只有本人可以应答。", "Not for you", "This drill rings somebody else; only they can answer it."),
        ["drill-planned-already"] = new("已有同样的演练", "同一范围、同一时间已经安排过演练，不会再安排一次。", "Planned already", "A drill of these people at this time is there already; it is not begun twice."),
        ["drill-under-way"] = new("演练正在进行", "同一范围的演练还没有结束，请等它结束后再开始。", "A drill is under way", "A drill of these people is not over yet; start the next one after it."),
        ["drill-over"] = new("演练已不能更改", "这次演练已经开始、结束或取消，不能再做这一步。", "The drill is settled", "It was started, cancelled or is over; this can no longer be done."),
        ["page-stopped"] = new("呼叫已停止", "这次呼叫已由值班长停止，不能再接警。", "The page was stopped", "A supervisor stopped this page; it can no longer be acknowledged."),
        ["bad-signature"] = new("签名无效", "这个地址只接受电话网关签名的请求。", "Bad signature", "This address takes requests signed by the telephone gateway alone."),
        ["unsupported-form"] = new("格式不支持", "请用 application/x-www-form-urlencoded 发送。", "Unsupported media type", "Send application/x-www-form-urlencoded."),
        ["malformed-form"] = new("表单无法读取", "表单的编码有误，或字段过多。", "Unreadable form", "The form's escapes are broken, or it has too many fields."),
        ["reason-needed"] = new("请说明理由", "查看封存内容须写明理由（500 字以内），理由与查看人会记录在案。", "A reason is needed", "Say why you look at what is sealed (at most 500 characters); the reason and your name stay on record."),
        ["busy"] = new("系统繁忙", "请几秒后再试。如有危险请立即拨打 110。", "Busy", "Try again in some seconds. If there is danger, call 110 now."),
        ["foreign-origin"] = new("来源不符", "这个请求不是从本系统的页面发出的。", "Foreign origin", "This request did not come from a page of this system."),
        ["password-change-needed"] = new("请先修改密码", "这是一次性密码，请先设置新密码。", "Change the password first", "This was a one-time password; set one of your own first."),
        ["password-weak"] = new("密码过于简单", "至少 12 个字符，且不同于旧密码和用户名。", "Password too weak", "At least 12 characters, not the old password and not the user name."),
        ["password-wrong"] = new("原密码不对", "请重新输入现在的密码。", "Current password wrong", "Type your present password again."),
        ["key-reused"] = new("操作编号已被使用", "同一个 Idempotency-Key 用在了另一份内容上。请换一个新的编号重发。", "Key already used", "This Idempotency-Key came with another body before. Send again under a new key."),
        ["key-missing"] = new("缺少操作编号", "请带上 Idempotency-Key（1 到 128 个可见 ASCII 字符）。", "Key missing", "Send an Idempotency-Key of 1 to 128 visible ASCII characters."),
        ["version-missing"] = new("缺少版本", "请用 If-Match 带上您看到的版本，例如 \"14\"。", "Version missing", "Send the version you saw in If-Match, e.g. \"14\"."),
        ["version-moved"] = new("内容已被他人更新", "您打开后，别人做了修改。您的输入没有丢失；请查看变化后再提交。", "Somebody else changed it", "It changed after you opened it. Nothing you typed is lost; look at the changes and submit again."),
        ["unsupported-media"] = new("格式不支持", "请用 application/json 发送。", "Unsupported media type", "Send application/json."),
        ["too-large"] = new("内容过大", "内容不能超过 {0} 字节。", "Too large", "The body may not be larger than {0} bytes."),
        ["malformed"] = new("内容无法读取", "这不是有效的 JSON：{0}", "Unreadable body", "This is not valid JSON: {0}"),
        ["invalid"] = new("内容有误", "请按 errors 中的说明修改后再提交。", "Not valid", "Mend the fields named in errors and submit again."),
        ["bad-request"] = new("请求有误", "请求的格式不对，请检查地址、参数和内容。", "Bad request", "The request's address, parameters or body are not as described in /docs."),
        ["method-not-allowed"] = new("方法不支持", "这个地址不支持 {0}。", "Method not allowed", "This address does not take {0}."),
        ["not-acceptable"] = new("格式不支持", "只能以 application/json 回答。", "Not acceptable", "The answer can only be application/json."),
        ["timeout"] = new("请求超时", "内容没有在规定时间内传完，请重试。", "Request timed out", "The request did not arrive in time; send it again."),
        ["fault"] = new("系统出错", "已记录。请带上 traceId 联系管理员；如有危险请立即拨打 110。", "Something broke", "It has been recorded. Tell the administrator the traceId; if there is danger, call 110 now."),
        ["guards-unmet"] = new("条件尚未满足", "请先完成 why 中列出的事项。", "Not yet possible", "Do what is listed in why first."),
        ["nothing-reportable"] = new("没有可报告的内容", "请至少写下经过、选择一种情形，或回答一个险情问题。不必完整，其余可以以后补充。", "Nothing to report", "Write what happened, choose a ground or answer one danger question. It need not be complete; the rest can follow."),
        ["one-file"] = new("请上传一个文件", "每次上传一个不为空的文件。", "One file, please", "Upload one file that is not empty."),
        ["unsupported-file"] = new("不支持这种文件", "可以上传图片、PDF、文本、音频或视频（MP4）。", "This kind of file is not taken", "Send an image, PDF, text, audio or MP4 video."),
        ["unknown-format"] = new("没有这种格式", "可选 json、mermaid、xstate。", "No such format", "Choose json, mermaid or xstate."),
        ["clock-advance"] = new("时间长度有误", "请用 ISO 8601 时长，例如 PT30M，最长 366 天，不能为负。", "Not a length of time", "Give an ISO 8601 duration such as PT30M, at most 366 days, not negative."),
        ["reason-needed"] = new("请说明理由", "查看封存内容须写明理由（500 字以内），理由与查看人会记录在案。", "A reason is needed", "Say why you look at what is sealed (at most 500 characters); the reason and your name stay on record."),
        ["busy"] = new("同时修改的人太多", "这一步没有记录，请再试一次。", "Too many changes at once", "Nothing was recorded. Try again."),
        ["unavailable"] = new("服务暂时不可用", "数据暂时无法写入，内容没有受理。请在 Retry-After 之后重试；如有危险请立即拨打 110。", "Temporarily unavailable", "Nothing was accepted. Try again after Retry-After; if there is danger, call 110 now."),
    };

    public static (string Title, string Detail) Of(string code, string language) =>
        All.TryGetValue(code, out var words)
            ? language == "en" ? (words.EnTitle, words.EnDetail) : (words.ZhTitle, words.ZhDetail)
            : (code, "");
}
