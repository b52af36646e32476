using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Intake;

/// <summary>The two-way line between the desk and whoever filed: messages, the desk's instruction, supplements, attachments.</summary>
public static class LineEndpoints
{
    private const int BodyBytesMax = 64 * 1024;
    private const int TextMax = 5_000;
    public const int AttachmentBytesMax = 10 * 1024 * 1024;
    private static readonly FrozenSet<string> Instructions = FrozenSet.ToFrozenSet(["KeepChildHere", "DoNotHandOver", "PoliceComing", "MayLeaveWith"]);
    private static readonly FrozenSet<string> MediaTypes = FrozenSet.ToFrozenSet(
        ["image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain", "audio/mpeg", "audio/mp4", "video/mp4"]);

    public static void Map(RouteGroupBuilder reports)
    {
        reports.MapGet("/{number}/messages", GetMessages).WithName("ListMessages");
        reports.MapPost("/{number}/messages", PostMessage).WithName("SendMessage");
        reports.MapPost("/{number}/messages/{message}/confirm", Confirm).WithName("ConfirmInstruction");
        reports.MapPost("/{number}/supplements", PostSupplement).WithName("AddSupplement");
        reports.MapPost("/{number}/attachments", PostAttachment).WithName("AddAttachment");
    }

    private static async Task<IResult> GetMessages(
        string number, Caller caller, FileQueries files, Permissions permissions, IEventStore store, StreamKinds kinds, IVault vault, CancellationToken cancel)
    {
        if (await IntakeEndpoints.Find(number, caller, files, permissions, cancel) is not { } found) return new Problem(404, "not-found");
        var file = await new Loader(store, kinds).Load<CaseFile>(CaseKind.Report, found.Row.Id, cancel);
        var opened = await vault.Open([.. file.Messages.Select(m => m.Sent.Text?.ValueId).OfType<Guid>()], cancel);
        return TypedResults.Json(Listing.Of(file.Messages.Select(m => ReportViews.View(m, opened)), null), Codec.Json);
    }

    private static Task<IResult> PostMessage(string number, HttpContext http, Caller caller, Line line, CancellationToken cancel) =>
        line.Say(number, http, caller, found => found.Works ? null : "Answer", cancel);

    private static Task<IResult> PostSupplement(string number, HttpContext http, Caller caller, Line line, CancellationToken cancel) =>
        line.Say(number, http, caller, _ => "Supplement", cancel);

    private static Task<IResult> Confirm(string number, string message, HttpContext http, Caller caller, Line line, CancellationToken cancel) =>
        line.Confirm(number, message, caller, cancel);

    private static Task<IResult> PostAttachment(string number, HttpContext http, Caller caller, Line line, CancellationToken cancel) =>
        line.Attach(number, http, caller, cancel);

    /// <summary>What the line writes. One class, since each message is one short command on the report's stream.</summary>
    public sealed class Line(
        FileQueries files, Permissions permissions, Writer writer, StreamKinds kinds, IVault vault, IIds ids, IBusinessClock clock, Keys keys)
    {
        internal async Task<IResult> Say(string number, HttpContext http, Caller caller, Func<IntakeEndpoints.Found, string?> fixedKind, CancellationToken cancel)
        {
            if (await IntakeEndpoints.Find(number, caller, files, permissions, cancel) is not { } found) return new Problem(404, "not-found");
            var (keyText, bad) = Keys.Of(http.Request, required: false);
            if (bad is not null) return bad;
            var bytes = await JsonBody.Bytes(http, BodyBytesMax, cancel);
            var key = Keys.For(http, caller.Id, keyText, bytes ?? []);
            using var held = key is null ? null : await keys.Hold(key, cancel);
            if (key is not null && await keys.Find(key, cancel) is { } first) return Repeat(first, key);
            var (body, wrong) = JsonBody.Parse(http, bytes, BodyBytesMax);
            if (wrong is not null) return wrong;
            var (kind, instruction, text, errors) = Read(body!.RootElement, found.Works, fixedKind(found));
            if (errors.Count > 0) return new Problem(422, "invalid") { Members = System.Collections.Immutable.ImmutableDictionary<string, object?>.Empty.Add("errors", errors) };
            var (refs, rows) = text is null ? ([], []) : await vault.Seal([new ToSeal(found.Row.Id, 4, text)], cancel);
            var now = clock.Now;
            var sent = new MessageSent(ids.New(), kind, ActorOf(caller, found), !found.Works, instruction, refs.Count > 0 ? refs[0] : null, now);
            return await Append(http, found, sent, [.. rows], key, caller, now, new { id = sent.Id, kind, at = now });
        }

        internal async Task<IResult> Confirm(string number, string message, Caller caller, CancellationToken cancel)
        {
            if (await IntakeEndpoints.Find(number, caller, files, permissions, cancel) is not { } found || !Guid.TryParse(message, out var id)) return new Problem(404, "not-found");
            if (!Permissions.Filed(caller, found.Row.Subject)) return new Problem(403, "forbidden");
            var now = clock.Now;
            var written = await writer.Write(caller.User, now, async load =>
            {
                var file = await load.Load<CaseFile>(CaseKind.Report, found.Row.Id, CancellationToken.None);
                var known = file.Messages.FirstOrDefault(m => m.Sent.Id == id && m.Sent.Kind == "Instruction");
                if (known is null) return new Decision.Refused(new Problem(404, "not-found"));
                return known.ConfirmedAt is not null ? new Decision.Nothing()
                    : new Decision.Accepted(Writing.To(kinds[CaseKind.Report], file.Id, file, new InstructionConfirmed(id, ActorOf(caller, found), now)));
            });
            return written is Written.Refused no ? no.Problem : TypedResults.Json(new { id, confirmed = true }, Codec.Json);
        }

        internal async Task<IResult> Attach(string number, HttpContext http, Caller caller, CancellationToken cancel)
        {
            if (await IntakeEndpoints.Find(number, caller, files, permissions, cancel) is not { } found) return new Problem(404, "not-found");
            var (keyText, bad) = Keys.Of(http.Request, required: false);
            if (bad is not null) return bad;
            var (name, type, bytes, refusal) = await ReadFile(http, cancel);
            if (refusal is not null) return refusal;
            var key = Keys.For(http, caller.Id, keyText, bytes!);
            using var held = key is null ? null : await keys.Hold(key, cancel);
            if (key is not null && await keys.Find(key, cancel) is { } first) return Repeat(first, key);
            var (refs, rows) = await vault.Seal([new(found.Row.Id, 4, name!), new(found.Row.Id, 4, Convert.ToBase64String(bytes!))], cancel);
            var now = clock.Now;
            var added = new AttachmentAdded(ids.New(), type!, bytes!.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), refs[0], refs[1], ActorOf(caller, found), now);
            return await Append(http, found, added, [.. rows], key, caller, now, new { id = added.Id, sha256 = added.Sha256, bytes = added.Bytes });
        }

        private async Task<IResult> Append(
            HttpContext http, IntakeEndpoints.Found found, Happening what, IReadOnlyList<RowChange> rows, RequestKey? key, Caller caller, DateTimeOffset now, object answer)
        {
            var json = JsonSerializer.Serialize(answer, Codec.Json);
            var written = await writer.Write(caller.User, now, async load =>
            {
                var file = await load.Load<CaseFile>(CaseKind.Report, found.Row.Id, CancellationToken.None);
                return new Decision.Accepted(Writing.To(kinds[CaseKind.Report], file.Id, file, what))
                {
                    Rows = key is null ? [.. rows] : [.. rows, Keys.Claim(key, file.Id, now, (201, null, json))],
                };
            });
            if (written is Written.Claimed) return Repeat((await keys.Find(key!, CancellationToken.None))!, key!);
            if (written is Written.Refused no) return no.Problem;
            return TypedResults.Text(json, "application/json", statusCode: 201);
        }

        private static (string Kind, string? Instruction, string? Text, List<object> Errors) Read(JsonElement body, bool works, string? fixedKind)
        {
            var errors = new List<object>();
            string? Take(string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String
                ? v.GetString()!.Normalize() : null;
            var text = Take("text");
            var instruction = works ? Take("instruction") : null;
            var kind = fixedKind ?? (instruction is null ? Take("kind") is "Answer" ? "Answer" : "Question" : "Instruction");
            if (text is { Length: > TextMax }) errors.Add(new { field = "text", code = "too-long", zh = $"不能超过 {TextMax} 字", en = $"At most {TextMax} characters" });
            if (instruction is not null && !Instructions.Contains(instruction))
                errors.Add(new { field = "instruction", code = "unknown-value", zh = "请选择一种指示", en = "Choose one of: " + string.Join(", ", Instructions) });
            if (string.IsNullOrWhiteSpace(text) && instruction is null) errors.Add(new { field = "text", code = "required", zh = "请写下内容", en = "Write something" });
            return (kind, instruction, string.IsNullOrWhiteSpace(text) ? null : text, errors);
        }

        private static async Task<(string? Name, string? Type, byte[]? Bytes, IResult? Refusal)> ReadFile(HttpContext http, CancellationToken cancel)
        {
            var limit = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>();
            if (limit is { IsReadOnly: false }) limit.MaxRequestBodySize = AttachmentBytesMax + 64 * 1024;
            if (http.Request.HasFormContentType)
            {
                if (await Form(http, cancel) is not { } form) return (null, null, null, new Problem(400, "malformed-form"));
                if (form.Files.Count != 1) return (null, null, null, new Problem(422, "one-file"));
                var file = form.Files[0];
                if (file.Length > AttachmentBytesMax) return (null, null, null, new Problem(413, "too-large", AttachmentBytesMax));
                using var memory = new MemoryStream();
                await file.CopyToAsync(memory, cancel);
                return Checked(file.FileName, file.ContentType, memory.ToArray());
            }
            if (await JsonBody.Bytes(http, AttachmentBytesMax, cancel) is not { } bytes) return (null, null, null, new Problem(413, "too-large", AttachmentBytesMax));
            return Checked(http.Request.Headers["X-File-Name"].ToString(), http.Request.ContentType ?? "", bytes);
        }

        private static async Task<IFormCollection?> Form(HttpContext http, CancellationToken cancel)
        {
            try
            {
                return await http.Request.ReadFormAsync(cancel);
            }
            catch (Exception wrong) when (wrong is InvalidDataException or IOException and not BadHttpRequestException)
            {
                return null; // No boundary, an end before the end, or parts without measure.
            }
        }

        private static (string?, string?, byte[]?, IResult?) Checked(string name, string type, byte[] bytes)
        {
            var media = type.Split(';')[0].Trim().ToLowerInvariant();
            if (!MediaTypes.Contains(media)) return (null, null, null, new Problem(415, "unsupported-file"));
            if (bytes.Length == 0) return (null, null, null, new Problem(422, "one-file"));
            var safe = JsonMending.Mend(Path.GetFileName(name), out _).Normalize();
            return (safe.Length is 0 or > 200 ? "file" : safe, media, bytes, null);
        }

        /// <summary>An earlier release claimed keys before it knew their answers.</summary>
        private static IResult Repeat(KeptAnswer first, RequestKey key) => first.BodyHash.AsSpan().SequenceEqual(key.BodyHash)
            ? TypedResults.Text(first.Answer ?? "{}", "application/json", statusCode: first.Status ?? 201)
            : new Problem(409, "key-reused");

        private static Actor ActorOf(Caller caller, IntakeEndpoints.Found found) => new(caller.Id, found.Works ? caller.User : "reporter", caller.Roles[0]);
    }
}
