using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Hotline.Simulation;

/// <summary>Walks cases to their end knowing only the HTTP contract: reads steps[], fills schema, posts, and moves the clock when
/// nobody has anything to do. It prefers steps it has seldom taken.</summary>
public sealed class Walker(DemoCity city, int seed)
{
    private static readonly string[] People = ["duty", "supervisor", "county", "approver", "township", "director", "police", "institution", "welfare", "city"];
    private static readonly string[] Agencies = ["school", "hospital", "institution", "welfare", "director", "township", "police", "county"];
    private static readonly string[] Inboxes = ["tasks", "transfers", "visits"];

    /// <summary>Machines that every journey walks, or that the inboxes do: the others run beside the case.</summary>
    private static readonly string[] Elsewhere = ["case", "report", "page", "task", "transfer", "visit"];

    private static readonly string[] Finals = ["Closed", "TransferredOut", "Unfounded"];
    private const int LookAtOnce = 4;
    private const int StepsPerRound = 12;
    private readonly ConcurrentDictionary<string, int> taken = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> ends = new();
    private readonly Dictionary<string, HashSet<string>> finals = [];
    private DateTimeOffset now = TimeProvider.System.GetUtcNow();

    /// <summary>What went wrong, in full sentences; empty when all is well.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public IReadOnlyDictionary<string, int> Taken => taken;

    /// <summary>How often each machine whose steps were offered came to which of its final states.</summary>
    public IReadOnlyDictionary<string, ConcurrentDictionary<string, int>> Ends => ends;

    /// <summary>One case on its way. A patient one keeps to the way that leads on and leaves the quick ends to others.</summary>
    public sealed class Journey(string id, bool patient, string? beside, Random random)
    {
        public string Id => id;

        /// <summary>The machine this journey is curious about, besides its case and report; it turns to others when nothing else is new.</summary>
        public string? Beside => beside;

        public bool Patient => patient;

        /// <summary>Gives tasks, children and visits to other bodies; some do, so that the walk stays short.</summary>
        public bool Gives { get; init; }

        public Random Random => random;

        public string? End { get; set; }

        public string State { get; set; } = "";

        /// <summary>What stood in the way when somebody last looked: told of a journey that came to no end.</summary>
        public string Blocked { get; set; } = "";

        internal HashSet<string> Tried { get; } = [];

        /// <summary>Machines beside the case that came to an end here: they are left in peace, or no case would ever be quiet enough to close.</summary>
        internal HashSet<string> Rested { get; } = [];
    }

    public async Task<Journey> Begin(int number, bool patient)
    {
        var random = new Random(seed + number);
        var beside = finals.Keys.Except(Elsewhere).Order().ToList();
        return new(await File(number, random), patient, number / 2 % (beside.Count + 1) is var at && at < beside.Count ? beside[at] : null, random) { Gives = number % 4 == 0 || number % 8 == 1 };
    }

    /// <summary>Asks which procedures there are and where they end.</summary>
    public async Task Learn()
    {
        var (_, list) = await city.Call(HttpMethod.Get, "/api/workflows", "duty");
        foreach (var name in list!["items"]!.AsArray().Select(m => m!["name"]!.GetValue<string>()))
        {
            var (_, machine) = await city.Call(HttpMethod.Get, $"/api/workflows/{name}?format=json", "duty");
            finals[name] = [.. machine!["states"]!.AsArray().Where(s => s!["final"]!.GetValue<bool>()).Select(s => s!["name"]!.GetValue<string>())];
        }
    }

    /// <summary>Takes steps until the case ends, nobody has a step left, or the round is over.</summary>
    public async Task Round(Journey journey)
    {
        for (var step = 0; step < StepsPerRound && journey.End is null; step++)
        {
            var offers = await Offers(journey);
            if (Finals.Contains(journey.State) && journey.Tried.Count > 3) journey.End = journey.State;
            var open = offers.Where(o => (!journey.Patient || !Quick(o)) && !Rests(journey, o) && (!Opening(o) || (journey.Gives && !journey.Tried.Contains(Key(o))))).ToList();
            if (journey.End is not null || open.Count == 0) return;
            // Seldom-taken steps first, with some chance, or two neighbours would always go the same way.
            var offer = open.OrderBy(o => (IsOnTheSpot(o) && taken.GetValueOrDefault(Key(o)) >= SpotMost ? 5000 : 0) + (journey.Tried.Contains(Key(o) + journey.State) ? 1000 : 0) + (IsAside(journey, o) ? 500 : 0) + Weight(o) + taken.GetValueOrDefault(Key(o)) + journey.Random.Next(6)).First();
            journey.Tried.Add(Key(offer) + journey.State);
            if (Opening(offer)) journey.Tried.Add(Key(offer));
            if (!await Take(journey.Random, offer) || !IsEnd(offer)) continue;
            journey.Rested.Add(offer.Machine);
            // What was tried before the end may still have something to tidy up after it.
            if (!Elsewhere.Contains(offer.Machine)) journey.Tried.RemoveWhere(tried => tried.StartsWith(offer.Machine + ".", StringComparison.Ordinal));
        }
    }

    /// <summary>Everybody goes through the inboxes of their own body, without knowing of any case.</summary>
    public async Task GoThroughInboxes(Random random)
    {
        foreach (var user in Agencies)
            foreach (var inbox in Inboxes)
            {
                var (status, list) = await city.Call(HttpMethod.Get, $"/api/{inbox}?inbox=mine&open=true&limit=200", user);
                if (status != HttpStatusCode.OK) Faults.Enqueue($"GET {inbox} as {user}: {status}");
                else foreach (var item in list!["items"]!.AsArray()) await TakeOne($"/api/{inbox}/{item!["id"]}", user, random);
            }
    }

    /// <summary>The ends that tasks, hand-overs and visits have reached.</summary>
    public async Task<IReadOnlyList<string>> EndsOf(string inbox)
    {
        var (_, list) = await city.Call(HttpMethod.Get, $"/api/{inbox}?inbox=division&open=false&limit=200", "county");
        return [.. list!["items"]!.AsArray().Select(i => i!["state"]!.GetValue<string>())];
    }

    private async Task TakeOne(string path, string user, Random random)
    {
        var (status, seen) = await city.Call(HttpMethod.Get, path, user);
        if (status != HttpStatusCode.OK) Faults.Enqueue($"{user} has {path} in the inbox and gets {status}");
        else if (Allowed(path, user, seen!).OrderBy(o => Weight(o) + random.Next(6)).FirstOrDefault() is { } offer) await Take(random, offer);
    }

    /// <summary>Time passes, and whoever is rung answers: a desk that leaves its pages ringing for weeks is another proof's matter.</summary>
    public async Task Pass(string advance)
    {
        var (status, body) = await city.Call(HttpMethod.Post, "/api/demo/clock", "admin", new { advance });
        if (status != HttpStatusCode.OK) Faults.Enqueue($"The clock answered {status}: {body}");
        else now = body!["now"]!.GetValue<DateTimeOffset>();
        var (_, pages) = await city.Call(HttpMethod.Get, "/api/pages?open=true&limit=200", "duty");
        foreach (var page in pages!["items"]!.AsArray())
        {
            var (answer, problem) = await city.Call(HttpMethod.Post, $"/api/pages/{page!["id"]}/acknowledge", "duty", new { }, Guid.NewGuid().ToString());
            if (answer != HttpStatusCode.OK) Faults.Enqueue($"A ringing page could not be answered: {answer} {problem}");
        }
    }

    private IEnumerable<Offer> Allowed(string path, string user, JsonNode seen)
    {
        foreach (var machine in seen["steps"]!.AsArray().Select(s => s!["machine"]!.GetValue<string>())) ends.TryAdd(machine, new());
        return seen["steps"]!.AsArray().Where(s => s!["allowed"]!.GetValue<bool>()).Select(s => new Offer(
            path, user, s!["step"]!.GetValue<string>(), s["trigger"]!.GetValue<string>(), s["machine"]!.GetValue<string>(), s["version"]!.GetValue<long>(),
            s["schema"]!, s["to"]?.GetValue<string>()));
    }

    /// <summary>Gives something of the case to another body. Once a kind is enough for one case.</summary>
    private static bool Opening(Offer offer) => offer is { Machine: "task", Trigger: "Open" } or { Machine: "transfer", Trigger: "Propose" } or { Machine: "visit", Trigger: "Plan" };

    /// <summary>What others were given is brought to its end before anything else; giving up, or noting it once more, comes last.</summary>
    private static int Weight(Offer offer) => offer.Machine is not ("task" or "transfer" or "visit") || Opening(offer) ? 0
        : offer.To is null || offer.Trigger is "Cancel" or "Withdraw" or "TurnBack" or "Refuse" or "HandOn" or "OfferElsewhere" or "SendBack" ? 500 : -2000;

    private sealed record Offer(string Path, string User, string Step, string Trigger, string Machine, long Version, JsonNode Schema, string? To);

    /// <summary>Words from the spot move nothing by themselves: some of each are enough, or a third of the walk would be theirs.</summary>
    private static bool IsOnTheSpot(Offer offer) => offer.Machine == CaseKind && (offer.Trigger.StartsWith("Field", StringComparison.Ordinal) || offer.Trigger is "Call110" or "Call120" or "Record110" or "Record120");

    private const string CaseKind = "case";
    private const int SpotMost = 3;

    private static string Key(Offer offer) => $"{offer.Machine}.{offer.Trigger}";

    private static bool IsAside(Journey journey, Offer offer) => !Elsewhere.Contains(offer.Machine) && !IsBeside(journey, offer);

    /// <summary>Whoever removes a child waits for the note of the police, so the two are walked together.</summary>
    private static bool IsBeside(Journey journey, Offer offer) => offer.Machine == journey.Beside || (journey.Beside == "guardianship" && offer.Machine == "police");

    /// <summary>A patient journey moves, of what stands beside its case, what it is curious about and where the child is.</summary>
    private static bool Rests(Journey journey, Offer offer) => !Elsewhere.Contains(offer.Machine)
        && (journey.Rested.Contains(offer.Machine) ? offer.To is not null || journey.Tried.Contains(Key(offer) + journey.State) : journey.Patient && !IsBeside(journey, offer) && offer.Machine != "placement");

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

    /// <summary>Open steps of some of the people, in no fixed order: whoever looks first acts first.</summary>
    private async Task<List<Offer>> Offers(Journey journey)
    {
        var open = new List<Offer>();
        var asked = 0;
        foreach (var user in People.OrderBy(_ => journey.Random.Next()))
        {
            if (asked++ >= LookAtOnce && open.Count > 0) break;
            var (status, body) = await city.Call(HttpMethod.Get, $"/api/cases/{journey.Id}", user);
            if ((int)status >= 500) Faults.Enqueue($"GET case as {user}: {status}");
            if (status != HttpStatusCode.OK) continue;
            journey.State = body!["state"]!.GetValue<string>();
            open.AddRange(Allowed($"/api/cases/{journey.Id}", user, body));
            if (user == "county") journey.Blocked = string.Join(", ", body["steps"]!.AsArray().Where(s => s!["machine"]!.GetValue<string>() == "case" && !s["allowed"]!.GetValue<bool>())
                .Select(s => $"{s!["trigger"]} {string.Join('+', s["why"]!.AsArray().Select(w => w!["code"]))}")
                .Concat(body["tasks"]!.AsArray().Where(t => t!["task"] is not null).Select(t => $"task {t!["state"]} at {t["task"]!["receiver"]?["name"]?["en"]}")));
        }
        return open;
    }

    /// <returns>Whether the step was taken.</returns>
    private async Task<bool> Take(Random random, Offer offer)
    {
        var body = SchemaFiller.Fill(offer.Schema, random, now);
        var (status, answer) = await city.Call(
            HttpMethod.Post, $"{offer.Path}/steps/{offer.Step}", offer.User, body, Guid.NewGuid().ToString(), offer.Version);
        if (status == HttpStatusCode.OK)
        {
            taken.AddOrUpdate(Key(offer), 1, (_, n) => n + 1);
            if (IsEnd(offer)) ends[offer.Machine].AddOrUpdate(offer.To!, 1, (_, n) => n + 1);
            return true;
        }
        // The world moves meanwhile: a clock that breaches makes a version old, a neighbour's case that this one points to ends.
        // A step that is still offered just as it was, and yet refused, is a fault.
        if (status != HttpStatusCode.PreconditionFailed && ((int)status >= 500 || await StillOffered(offer, body)))
            Faults.Enqueue($"{offer.User} was offered {offer.Step} and got {(int)status}: {answer?["detail"]} {answer?["why"]} {answer?["errors"]} for {body.ToJsonString()}");
        return false;
    }

    private bool IsEnd(Offer offer) => offer.To is { } to && finals[offer.Machine].Contains(to);

    private async Task<bool> StillOffered(Offer offer, JsonObject body)
    {
        var (_, view) = await city.Call(HttpMethod.Get, offer.Path, offer.User);
        var step = view?["steps"]?.AsArray().FirstOrDefault(s => s!["step"]!.GetValue<string>() == offer.Step);
        return step is not null && step["allowed"]!.GetValue<bool>() && step["version"]!.GetValue<long>() == offer.Version
            && body.All(field => step["schema"]!["properties"]![field.Key]?["oneOf"] is not JsonArray choices
                || choices.Any(c => c!["const"]!.ToJsonString() == field.Value?.ToJsonString()));
    }
}
