using System.Text;

namespace Hotline.Simulator.Twilio;

/// <summary>Something that shall go wrong with the next matching requests.</summary>
/// <param name="Kind">One of <see cref="Faults.Kinds"/>.</param>
/// <param name="On">messages, calls, template or any.</param>
/// <param name="Method">POST unless said otherwise; * for every method.</param>
/// <param name="To">Only requests whose form names this number.</param>
/// <param name="Action">Only this action of the template gateway, which has one address for all.</param>
public sealed record Fault(
    string Kind, string On = "any", string Method = "POST", string? To = null, int? RetryAfter = null, int Times = 1,
    string? Action = null);

/// <summary>Faults wait in a row; each request takes the first that fits it.</summary>
public sealed class Faults(World world)
{
    public static readonly string[] Kinds =
    [
        "401", "429", "500-before", "500-after", "503-before", "503-after", "cut-before", "cut-after",
        "hang-before", "hang-after", "html", "half-body", "empty", "slow-body",
    ];
    static readonly TimeSpan SlowFor = TimeSpan.FromMilliseconds(300);
    readonly List<Fault> waiting = [];

    public void Add(Fault fault) => world.Change(() => waiting.Add(fault));

    public void Clear() => world.Change(waiting.Clear);

    public Fault[] Waiting() => world.Read(() => waiting.ToArray());

    /// <summary>Answers in place of the API, or lets it work and spoils what it says.</summary>
    public async Task Pass(HttpContext context, Func<Task> next)
    {
        if (await Take(context) is not { } fault)
        {
            await next();
            return;
        }
        world.Log("fault", new { fault.Kind, context.Request.Method, path = context.Request.Path.Value });
        switch (fault.Kind)
        {
            case "401":
                await Refuse(context, 20003);
                return;
            case "429":
                if (fault.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
                await Refuse(context, 20429);
                return;
            case "500-before":
                await Refuse(context, 20500);
                return;
            case "503-before":
                await Refuse(context, 20503);
                return;
            case "cut-before":
                context.Abort();
                return;
            case "hang-before":
                await Hang(context);
                return;
            case "html":
                context.Response.StatusCode = 502;
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<html><body><h1>502 Bad Gateway</h1></body></html>");
                return;
            default:
                await After(context, next, fault);
                return;
        }
    }

    /// <summary>In the words of whoever was asked.</summary>
    static Task Refuse(HttpContext context, int code) =>
        (context.Request.Path.StartsWithSegments(Templates.TemplateApi.Path)
            ? code switch
            {
                20003 => Templates.TemplateApi.Word("InvalidAccessKeyId.NotFound", 404),
                20429 => Templates.TemplateApi.Word("Throttling.User", 400),
                20503 => Templates.TemplateApi.Word("ServiceUnavailable", 503),
                _ => Templates.TemplateApi.Word("isp.SYSTEM_ERROR", 500),
            }
            : TwilioError.Of(code).Answer()).ExecuteAsync(context);

    static async Task After(HttpContext context, Func<Task> next, Fault fault)
    {
        var wire = context.Response.Body;
        using var written = new MemoryStream();
        context.Response.Body = written;
        await next();
        context.Response.Body = wire;
        var body = written.ToArray();
        switch (fault.Kind)
        {
            case "500-after" or "503-after":
                context.Response.Headers.ContentLength = null;
                await Refuse(context, fault.Kind[0] == '5' && fault.Kind[2] == '0' ? 20500 : 20503);
                return;
            case "cut-after":
                context.Abort();
                return;
            case "hang-after":
                await Hang(context);
                return;
            case "half-body":
                context.Response.ContentLength = body.Length;
                await wire.WriteAsync(body.AsMemory(0, body.Length / 2));
                await wire.FlushAsync();
                context.Abort();
                return;
            case "empty":
                context.Response.StatusCode = 200;
                context.Response.ContentLength = 0;
                return;
            default: // slow-body
                context.Response.ContentLength = body.Length;
                foreach (var piece in body.Chunk(Math.Max(1, body.Length / 4)))
                {
                    await Task.Delay(SlowFor, context.RequestAborted);
                    await wire.WriteAsync(piece);
                    await wire.FlushAsync();
                }
                return;
        }
    }

    static async Task Hang(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller has given up; that is what this fault is for.
        }
    }

    async Task<Fault?> Take(HttpContext context)
    {
        if (Waiting().Length == 0) return null;
        var request = context.Request;
        var form = await Peek(request);
        return world.Change(() =>
        {
            var at = waiting.FindIndex(fault =>
                (fault.On == "any" || request.Path.Value!.Contains($"/{fault.On}", StringComparison.OrdinalIgnoreCase))
                && (fault.Method == "*" || fault.Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
                && (fault.To is null || form["To"] == fault.To || request.Query["To"] == fault.To
                    || "+86" + (form["PhoneNumbers"] ?? form["PhoneNumber"]) == fault.To)
                && (fault.Action is null || fault.Action == form["Action"]));
            if (at < 0) return null;
            var taken = waiting[at];
            if (taken.Times > 1) waiting[at] = taken with { Times = taken.Times - 1 };
            else waiting.RemoveAt(at);
            return taken;
        });
    }

    static async Task<FormBody> Peek(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, Encoding.UTF8, leaveOpen: true);
        var text = await reader.ReadToEndAsync();
        request.Body.Position = 0;
        return FormBody.Parse(text);
    }
}
