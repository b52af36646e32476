using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Hotline.Simulation;

/// <summary>Walks cases to their end knowing only the HTTP contract: reads steps[], fills schema, posts, and moves the clock when
/// nobody has anything to do. It prefers steps it has seldom taken.</summary>
public sealed class Walker(DemoCity city, int seed)
{
    private static readonly string[] People = ["duty", "supervisor", "county", "approver", "township", "director", "police", "institution", "welfare", "city"];
    private static readonly string[] Finals = ["Closed", "TransferredOut", "Unfounded"];
    private const int StepsMax = 150;
    private readonly ConcurrentDictionary<string, int> taken = new();
    private readonly SemaphoreSlim clock = new(1, 1);
    private DateTimeOffset now = TimeProvider.System.GetUtcNow();

    /// <summary>What went wrong, in full sentences; empty when all is well.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public IReadOnlyDictionary<string, int> Taken => taken;

    /// <summary>Files a report and walks its case; answers the final state. A patient walker keeps to the way that leads on and
    /// leaves the quick ends to others.</summary>
    public async Task<string> Walk(int number, bool patient)
    {
        var random = new Random(seed + number);
        var id = await File(number, random);
        var tried = new HashSet<string>();
        for (var step = 0; step < StepsMax; step++)
        {
            var (state, offers) = await Offers(id, random);
            if (Finals.Contains(state) && step > 3) return state;
            var open = offers.Where(o => !patient || !Quick(o)).ToList();
            if (patient && open.Count > 0 && step > 10 && random.Next(4) > 0) open = [.. open.OrderBy(o => tried.Contains(Key(o) + state) ? 1 : 0).Take(Math.Max(1, open.Count / 2))];
            if (open.Count == 0 || (step > 12 && random.Next(6) == 0)) await Wait(random);
            if (open.Count == 0) continue;
            // Seldom-taken steps first, with some chance, or two neighbours would always go the same way.
            var offer = open.OrderBy(o => (tried.Contains(Key(o) + state) ? 1000 : 0) + taken.GetValueOrDefault(Key(o)) + random.Next(6)).First();
            tried.Add(Key(offer) + state);
            await Take(id, offer, random);
        }
        Faults.Enqueue($"Case {id} found no end in {StepsMax} steps: {(await Offers(id, random)).State}");
        return "none";
    }

    private sealed record Offer(string User, string Step, string Trigger, string Machine, long Version, JsonNode Schema, string? To);

    private static string Key(Offer offer) => $"{offer.Machine}.{offer.Trigger}";

    private static bool Quick(Offer offer) => offer.Machine == "case"
        && (offer.To is "TransferredOut" or "Unfounded" or "Suspended" or "EmergencyResponse" || offer.Trigger is "MergeCase" or "Reassess" || offer.Trigger.StartsWith("CloseBy", StringComparison.Ordinal))
        || offer is { Machine: "report", Trigger: "Merge" or "Refer" or "DeclineRemit" or "ConvertToInquiry" };

    private async Task<string> File(int number, Random random)
    {
        var urgent = number % 2 == 0;
        var body = new
        {
            channel = "Api", reportKind = "Mandatory", category = urgent ? "DV" : "Abandonment", grounds = new[] { "AbandonedOrUncared" },
            situationText = $"行走者报告 {number}", locationDivision = "440199",
            immediateDanger = new Dictionary<string, string>
            {
                ["lifeThreat"] = urgent ? "yes" : "no", ["seriousInjury"] = "no", ["suspectPresent"] = "no", ["weaponOrOngoing"] = "no",
                ["selfHarm"] = "no", ["youngAlone"] = "no", ["missingOrTaken"] = "no",
            },
            children = new[] { new { sex = "Female", ageEstimate = random.Next(1, 17) } },
        };
        var (status, answer) = await city.Call(HttpMethod.Post, "/api/reports", number % 3 == 0 ? "hospital" : "school", body, Guid.NewGuid().ToString());
        if (status != HttpStatusCode.Created) throw new InvalidOperationException($"Filing answered {status}: {answer}");
        return answer!["cases"]![0]!["id"]!.GetValue<string>();
    }

    /// <summary>Everybody's open steps on the case and its reports.</summary>
    private async Task<(string State, List<Offer> Open)> Offers(string id, Random random)
    {
        var open = new List<Offer>();
        var state = "";
        foreach (var user in People.OrderBy(_ => random.Next()))
        {
            var (status, body) = await city.Call(HttpMethod.Get, $"/api/cases/{id}", user);
            if ((int)status >= 500) Faults.Enqueue($"GET case as {user}: {status}");
            if (status != HttpStatusCode.OK) continue;
            state = body!["state"]!.GetValue<string>();
            open.AddRange(body["steps"]!.AsArray().Where(s => s!["allowed"]!.GetValue<bool>()).Select(s => new Offer(
                user, s!["step"]!.GetValue<string>(), s["trigger"]!.GetValue<string>(), s["machine"]!.GetValue<string>(), s["version"]!.GetValue<long>(),
                s["schema"]!, s["to"]?.GetValue<string>())));
        }
        return (state, open);
    }

    private async Task Take(string id, Offer offer, Random random)
    {
        var body = SchemaFiller.Fill(offer.Schema, random, now);
        var (status, answer) = await city.Call(
            HttpMethod.Post, $"/api/cases/{id}/steps/{offer.Step}", offer.User, body, Guid.NewGuid().ToString(), offer.Version);
        if (status == HttpStatusCode.OK) taken.AddOrUpdate(Key(offer), 1, (_, n) => n + 1);
        // The world moves meanwhile: a clock that breaches makes a version old. That is no refusal of the step.
        else if (status != HttpStatusCode.PreconditionFailed)
            Faults.Enqueue($"{offer.User} was offered {offer.Step} and got {(int)status}: {answer?["detail"]} {answer?["why"]} {answer?["errors"]} for {body.ToJsonString()}");
    }

    private async Task Wait(Random random)
    {
        await clock.WaitAsync();
        try
        {
            var (status, body) = await city.Call(HttpMethod.Post, "/api/demo/clock", "admin", new { advance = random.Next(3) switch { 0 => "PT1H", 1 => "P3D", _ => "P45D" } });
            if (status != HttpStatusCode.OK) Faults.Enqueue($"The clock answered {status}: {body}");
            else now = body!["now"]!.GetValue<DateTimeOffset>();
        }
        finally
        {
            clock.Release();
        }
    }
}
