using System.Text.Json.Nodes;

namespace Hotline.Benchmarks.Server.Growth;

/// <summary>One report of three children as the server itself writes it, with its cases, its page, its clocks and its key: what
/// a history is copied from. Everything in it was made within one minute, so that all its ids begin alike.</summary>
internal sealed record Bundle(Guid Report, string Prefix, string Number)
{
    public const int Cases = 3;
    private const int TriesMax = 5;
    private const string Step = "RecordChildSeen";

    /// <summary>The streams of the bundle, as a condition on any table's stream id.</summary>
    public string Streams => $"in (select id from hotline.files where report = '{Report}')";

    /// <param name="server">Where the report is filed.</param>
    /// <param name="events">The cases are worked on until the bundle has so many.</param>
    public static async Task<Bundle> File(ServerUnderLoad server, int events)
    {
        for (var tries = 0; tries < TriesMax; tries++)
            if (await Try(server, events) is { } bundle) return bundle;
        throw new InvalidOperationException("The machine is too busy: no bundle was made within one prefix of ids.");
    }

    private static async Task<Bundle?> Try(ServerUnderLoad server, int events)
    {
        var body = JsonNode.Parse(Reporting.Of("T1", 0))!;
        var children = body["children"]!.AsArray();
        while (children.Count < Cases) children.Add(children[0]!.DeepClone());
        var receipt = await server.Load.Ask(HttpMethod.Post, "/api/reports", "school", body.ToJsonString());
        var number = receipt["reportNumber"]!.GetValue<string>();
        await server.Settled();
        var report = Guid.Parse(await server.Text($"select id::text from hotline.files where kind = 'report' and number = '{number}'"));
        var bundle = new Bundle(report, $"{report}"[..8], number);
        var work = new CaseWork(server.Load, [.. receipt["cases"]!.AsArray().Select(c => c!["id"]!.GetValue<string>())]);
        await work.Learn();
        while (await server.Scalar($"select count(*) from mt_events where stream_id {bundle.Streams}") < events) await work.Take(0);
        await server.Settled();
        var strangers = await server.Scalar($"select count(*) from mt_events where stream_id {bundle.Streams} and left(id::text, 8) <> '{bundle.Prefix}'");
        return strangers > 0 ? null : bundle;
    }
}
