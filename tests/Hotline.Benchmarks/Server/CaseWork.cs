using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Benchmarks.Server;

/// <summary>Officers at work on cases of their own: one of them after the other takes the step that each case always offers.</summary>
internal sealed class CaseWork
{
    /// <summary>So many that none grows to hundreds of events while it is measured.</summary>
    private const int CasesEach = 12;
    private const string Step = "RecordChildSeen", Officer = "county";

    private sealed class Desk
    {
        public required (string Id, long Version)[] Cases { get; init; }
        public required Random Dice { get; init; }
        public int Turn { get; set; }
    }

    private readonly Load load;
    private readonly List<Desk> desks;
    private string step = "";
    private JsonNode schema = new JsonObject();

    /// <summary>One officer with these cases.</summary>
    public CaseWork(Load load, string[] cases)
        : this(load, [new Desk { Cases = [.. cases.Select(id => (id, 0L))], Dice = new(0) }]) { }

    private CaseWork(Load load, List<Desk> desks) => (this.load, this.desks) = (load, desks);

    public double EventsEach => desks.SelectMany(d => d.Cases).Average(c => c.Version);

    public static async Task<CaseWork> Prepare(Load load, int callers)
    {
        var work = new CaseWork(load, [.. Enumerable.Range(0, callers).Select(caller => new Desk { Cases = new (string, long)[CasesEach], Dice = new(caller) })]);
        await Parallel.ForEachAsync(work.desks, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (desk, _) =>
        {
            for (var n = 0; n < CasesEach; n++)
                desk.Cases[n] = ((await load.Ask(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T1", n)))["cases"]![0]!["id"]!.GetValue<string>(), 0);
        });
        await work.Learn();
        return work;
    }

    /// <summary>Reads each case's version, and the form of the step.</summary>
    public async Task Learn()
    {
        foreach (var desk in desks)
            for (var n = 0; n < desk.Cases.Length; n++)
            {
                var view = await Read(desk.Cases[n].Id);
                desk.Cases[n].Version = view["version"]!.GetValue<long>();
                var offered = view["steps"]!.AsArray().First(s => s!["trigger"]!.GetValue<string>() == Step)!;
                (step, schema) = (offered["step"]!.GetValue<string>(), offered["schema"]!);
            }
    }

    private Task<JsonNode> Read(string id) => load.Ask(HttpMethod.Get, $"/api/cases/{id}", Officer);

    /// <summary>A step on the caller's next case.</summary>
    public async Task Take(int caller)
    {
        var desk = desks[caller];
        await Take(desk, desk.Turn++ % desk.Cases.Length);
    }

    private async Task Take(Desk desk, int n)
    {
        var body = SchemaFiller.Fill(schema, desk.Dice, TimeProvider.System.GetUtcNow()).ToJsonString();
        var (id, version) = desk.Cases[n];
        var after = await load.Ask(HttpMethod.Post, $"/api/cases/{id}/steps/{step}", Officer, body, version);
        desk.Cases[n] = (id, after["version"]!.GetValue<long>());
    }

    /// <summary>The caller's next case as its officer sees it.</summary>
    public Task Look(int caller)
    {
        var desk = desks[caller % desks.Count];
        return load.Send(HttpMethod.Get, $"/api/cases/{desk.Cases[desk.Turn++ % desk.Cases.Length].Id}", Officer);
    }

    /// <summary>One case grown to so many events at least.</summary>
    public async Task<(string Id, long Version)> Grown(long events)
    {
        while (desks[0].Cases[0].Version < events) await Take(desks[0], 0);
        return desks[0].Cases[0];
    }
}
