using System.Text.Json;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>Opens what the steps of a file sealed, for a reason that stays on record with who looked (design 8).</summary>
public sealed class Looking(IEventStore store, IVault vault, Looks looks, PolicyBook policies, IBusinessClock clock)
{
    private const int BodyBytesMax = 4 * 1024;
    private const int WhyMax = 500;

    /// <summary>POST …/look {why}: fields by the version of the step that sealed them.</summary>
    public async Task<IResult> Look(HttpContext http, Caller caller, FileListed row, CancellationToken cancel)
    {
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        var why = body!.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("why", out var text)
            && text.ValueKind == JsonValueKind.String ? text.GetString()!.Trim() : "";
        if (why.Length is 0 or > WhyMax) return new Problem(422, "reason-needed");
        var taken = (await store.Read(row.Id, 0, cancel)).Select(Codec.Read).Select(e => (e.Version, Sealed: Sealed(e.What))).Where(e => e.Sealed.Count > 0).ToList();
        await looks.Record(caller, row.Kind, 4, row.Id, why, clock.Now, cancel);
        var opened = await vault.Open([.. taken.SelectMany(e => e.Sealed).Select(s => s.Ref.ValueId)], cancel);
        var items = taken.Select(e => new
        {
            e.Version,
            fields = e.Sealed.Select(s => new { name = s.Name, label = s.Label, value = opened.GetValueOrDefault(s.Ref.ValueId) }),
        });
        return TypedResults.Json(new { items }, Codec.Json);
    }

    private IReadOnlyList<(string Name, Text Label, SealedRef Ref)> Sealed(Happening what) => what switch
    {
        StepTaken step => [.. step.Sealed.Select(s => (s.Key, Timeline.Label(step, s.Key, policies.Current), s.Value))],
        CallTold { Text: { } text } => [("text", new Text("来电所述", "What the caller said"), text)],
        CallWritten written => [("text", new Text("来信", "Text"), written.Text)],
        CallRecorded recorded => [("recording", new Text("录音引用", "Reference of the recording"), recorded.Reference)],
        AssignmentOpened opened => [.. opened.Child.Sealed.Select(s => (s.Key, OfChild(s.Key), s.Value))],
        _ => [],
    };

    private static Text OfChild(string field) => field == "name" ? new("孩子姓名", "The child's name") : new("出生日期", "Birth date");
}
