using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary>Plays the people who work on a report of the city and on its cases, each under their own account, by nothing
/// but the steps that the server offers them.</summary>
public sealed class CasePlay(World world, HotlineClient hotline, Filing filing, Filing? partner)
{
    const string Watcher = "duty";
    const string Reader = "county";
    static readonly string[] Finals = ["Closed", "TransferredOut", "Unfounded"];
    readonly Dictionary<string, JsonNode> views = [];
    JsonNode report = new JsonObject();

    // A second report whose first one is gone or over is a matter of its own.
    readonly Narrative story = filing.Narrative.Follows is null || partner is { IsOver: false } ? filing.Narrative
        : filing.Narrative with { Ending = Ending.Closed };

    /// <summary>Takes up to <paramref name="most"/> steps; false when there was nobody left with anything to do.</summary>
    public async Task<bool> Go(int most, CancellationToken cancel)
    {
        for (var steps = 0; steps < most; steps++)
            if (!await Look(cancel) || !await TakeOne(cancel)) return false;
        return true;
    }

    string ReportPath => $"/api/reports/{filing.ReportNumber}";

    IEnumerable<string> Cases => (report["cases"] as JsonArray ?? []).Select(link => (string)link!["id"]!).Where(Ours);

    /// <summary>A case that this report was merged into belongs to the filing that opened it.</summary>
    bool Ours(string id) => partner?.Memory.State($"case {id}") is null;

    async Task<bool> Look(CancellationToken cancel)
    {
        if (await View(ReportPath, Watcher, cancel) is not { } seen || seen["state"] is null) return false;
        report = seen;
        Note("report", ReportPath, seen);
        foreach (var id in Cases.ToArray())
            if (await View($"/api/cases/{id}", Reader, cancel) is { } view)
            {
                filing.Case ??= id;
                Note("case", id, view);
            }
        filing.Stands = string.Join(' ', Cases.Select(id => filing.Memory.State($"case {id}")).Prepend((string)report["state"]!));
        return true;
    }

    void Note(string machine, string id, JsonNode view)
    {
        var state = (string)view["state"]!;
        filing.Memory.Stands($"{machine} {id}", state, world.Clock.Now);
        foreach (var given in Plot.Assignments) filing.Memory.Stands($"{given} {id}", state, world.Clock.Now);
        foreach (var given in Given(view)) filing.Memory.Stands($"{given["kind"]} {given["id"]}", (string)given["state"]!, world.Clock.Now);
        foreach (var (region, at) in view["regions"] as JsonObject ?? [])
            filing.Memory.Stands($"{region} {id}", (string?)at ?? "", world.Clock.Now);
    }

    /// <summary>Tasks, hand-overs and visits of a case.</summary>
    static IEnumerable<JsonNode> Given(JsonNode view) => (view["tasks"] as JsonArray ?? []).Select(task => task?["task"])
        .Concat(view["transfers"] as JsonArray ?? []).Concat(view["visits"] as JsonArray ?? []).OfType<JsonNode>();

    /// <summary>The report is closed and so is every case that it opened, to stay.</summary>
    public bool Over => (string?)report["state"] == "Closed"
        && Cases.All(id => Finals.Contains(filing.Memory.State($"case {id}"))
            && views.GetValueOrDefault($"{Reader} /api/cases/{id}") is { } view && !Given(view).Any(given => (bool)given["isOpen"]!));

    async Task<bool> TakeOne(CancellationToken cancel)
    {
        // Nobody can say that two reports are one before the first has a case.
        if (story.Ending is Ending.Merged or Ending.MergedCase && partner!.Case is null) return false;
        var first = Cases.FirstOrDefault();
        var open = first is null ? null : await View($"/api/cases/{first}", Reader, cancel);
        foreach (var wish in Plot.OfReport)
            if (await Take(wish, ReportPath, ReportPath, open, cancel)) return true;
        foreach (var id in Cases.ToArray())
        {
            var view = await View($"/api/cases/{id}", Reader, cancel);
            foreach (var wish in Plot.OfCase)
                if (await Take(wish, id, $"/api/cases/{id}", view, cancel)) return true;
            foreach (var given in view is null ? [] : Given(view).Where(given => (bool)given["isOpen"]!).ToArray())
                foreach (var wish in Plot.OfAssignment.Where(wish => wish.Machine == (string)given["kind"]!))
                    if (await Take(wish.For(given), (string)given["id"]!, $"/api/{wish.Machine}s/{given["id"]}", view, cancel)) return true;
        }
        return false;
    }

    async Task<bool> Take(Wish wish, string id, string path, JsonNode? open, CancellationToken cancel)
    {
        var machine = $"{wish.Machine} {id}";
        if (filing.Memory.State(machine) is not { } state || !wish.Thinkable(state)) return false;
        var now = world.Clock.Now;
        if (filing.Memory.TakenAt(machine, wish.Trigger) is { } at && !(wish.Every is { } every && now - at >= every)) return false;
        if (wish.When?.Invoke(new(story, report, open, partner?.Case, now - filing.Memory.Since(machine))) == false) return false;
        foreach (var actor in wish.Actors)
        {
            if (await View(path, actor, cancel) is not { } view || Offered(view, wish) is not { } step) continue;
            return await Post(wish, machine, path, actor, step, cancel);
        }
        return false;
    }

    static JsonNode? Offered(JsonNode view, Wish wish) => (view["steps"] as JsonArray ?? []).FirstOrDefault(step =>
        (string?)step?["machine"] == wish.Machine && (string?)step["trigger"] == wish.Trigger && (bool?)step["allowed"] == true);

    async Task<bool> Post(Wish wish, string machine, string path, string actor, JsonNode step, CancellationToken cancel)
    {
        var now = world.Clock.Now;
        filing.Memory.Taken(machine, wish.Trigger, now);
        if (new FormAnswers(story, partner?.Case, now).Fill(wish.Trigger, step["schema"]!) is not { } body) return false;
        var answer = await hotline.Send(HttpMethod.Post, $"{path}/steps/{(string)step["step"]!}", body, actor,
            Guid.NewGuid().ToString("N"), (long)step["version"]!, cancel);
        world.Log("city", new { did = wish.Step, by = actor, filing.ReportNumber, answer.Status });
        // A step on the report may move its cases; one on a case moves that case.
        foreach (var seen in views.Keys.Where(seen => wish.Machine == "report" || Plot.Assignments.Contains(wish.Machine) || seen.EndsWith(path, StringComparison.Ordinal)).ToArray())
            views.Remove(seen);
        if (answer is { Good: true, Body: { } after })
        {
            views[$"{actor} {path}"] = after;
            world.Change(() => filing.Steps++);
        }
        // Somebody else was faster (412, busy), or nobody answered: look again. A refusal is a rule that an actor broke.
        else if (answer.Status is 0 or 412 or 429 or >= 500 || ((string?)answer.Body?["type"])?.EndsWith("busy", StringComparison.Ordinal) == true) filing.Memory.Forget(machine, wish.Trigger);
        else world.Change(() => filing.Refused.Add($"{actor} {wish.Step} {answer.Status} {answer.Body?.ToJsonString()} for {body.ToJsonString()}"));
        return true;
    }

    /// <summary>What an account sees there; null for nothing. Asked again after each step that may have changed it.</summary>
    async Task<JsonNode?> View(string path, string actor, CancellationToken cancel)
    {
        var key = $"{actor} {path}";
        if (views.TryGetValue(key, out var known)) return known;
        if (filing.Memory.Closed.Contains(key)) return null;
        var answer = await hotline.Send(HttpMethod.Get, path, null, actor, null, cancel);
        if (answer.Status is 403 or 404) filing.Memory.Closed.Add(key);
        return answer is { Good: true, Body: { } body } ? views[key] = body : null;
    }
}
