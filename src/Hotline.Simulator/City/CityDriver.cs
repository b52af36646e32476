using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.Simulator.Phones;

namespace Hotline.Simulator.City;

/// <summary>One story on its way: written down, filed, paged, perhaps answered.</summary>
public sealed class Filing(Narrative narrative, string key)
{
    public Narrative Narrative { get; } = narrative;
    public string Key { get; } = key;
    public JsonObject? Report { get; set; }
    public DateTimeOffset? FiledAt { get; set; }
    public string? ReportNumber { get; set; }
    public string? Triage { get; set; }
    public string State { get; set; } = "waiting";
    public DateTimeOffset LookAt { get; set; }
}

/// <summary>
/// A city that files reports through the public API as its people would, and plays the person on call for the pages
/// of its own reports. It never touches a report that somebody else filed.
/// </summary>
public sealed partial class CityDriver(
    World world, HotlineClient hotline, Mailbox mailbox, TimeProvider machine) : BackgroundService
{
    const int FirstFew = 3;
    const int FilingsKept = 2_000;
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LookAgainAfterMax = TimeSpan.FromSeconds(10);
    static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(3);
    static readonly TimeSpan GivesUpAfter = TimeSpan.FromMinutes(30);
    TimeSpan LookAfter => TimeSpan.FromSeconds(world.Options.AnswerAfterSeconds);
    TimeSpan LookAgainAfter => LookAfter < LookAgainAfterMax ? LookAfter : LookAgainAfterMax;
    readonly IReadOnlyList<Narrative> stories = Narrative.All();
    readonly List<Filing> filings = [];
    int next;

    public IReadOnlyList<Narrative> Stories => stories;

    public Filing[] Filings() => world.Read(() => filings.ToArray());

    /// <summary>Files the named story, or the next in turn; null if there is no such story.</summary>
    public async Task<Filing?> FileNow(string? id, CancellationToken cancel)
    {
        var story = id is null
            ? stories[(Interlocked.Increment(ref next) - 1) % stories.Count]
            : stories.FirstOrDefault(known => known.Id == id);
        if (story is null) return null;
        var filing = new Filing(story, Guid.NewGuid().ToString("N"));
        // Kept before it is sent: a city that was interrupted tells its story again.
        filing.LookAt = machine.GetUtcNow() + LookAgainAfter;
        world.Change(() =>
        {
            filings.Add(filing);
            if (filings.Count > FilingsKept) filings.RemoveAt(0);
        });
        await File(filing, cancel);
        return filing;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, machine);
        DateTimeOffset? nextAt = null;
        while (await beat.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (world.Options is { City: true, Rate: > 0 }) nextAt = await Pace(nextAt, stoppingToken);
                foreach (var filing in Filings()) await Attend(filing, stoppingToken);
            }
            catch (Exception trouble) when (trouble is not OperationCanceledException)
            {
                world.Log("error", new { what = "city", trouble = trouble.Message });
            }
        }
    }

    async Task<DateTimeOffset?> Pace(DateTimeOffset? nextAt, CancellationToken cancel)
    {
        var now = machine.GetUtcNow();
        if (nextAt > now) return nextAt;
        if (nextAt is null)
        {
            // An empty board gets a few reports at once; one that has some goes on at the usual pace.
            var board = await hotline.Send(HttpMethod.Get, "/api/cases", null, "duty", null, cancel);
            if (board.Status == 0) return null;
            var few = board.Body?["items"] is JsonArray { Count: > 0 } ? 0 : FirstFew;
            for (var count = 0; count < few; count++) await FileNow(null, cancel);
        }
        else await FileNow(null, cancel);
        return now + TimeSpan.FromMinutes(1 / world.Options.Rate);
    }

    async Task File(Filing filing, CancellationToken cancel)
    {
        var story = filing.Narrative;
        var open = story.Account == Narrative.Public;
        // Told again after a lost answer it is the same report, to the byte.
        filing.Report ??= story.Report(world.Clock.Now);
        var answer = await hotline.Send(HttpMethod.Post, open ? "/api/public/reports" : "/api/reports",
            filing.Report, open ? null : story.Account, filing.Key, cancel);
        world.Change(() =>
        {
            var now = machine.GetUtcNow();
            filing.LookAt = now + (answer.Good ? LookAfter : LookAgainAfter);
            if (answer.Good)
            {
                filing.FiledAt = now;
                filing.ReportNumber = (string?)answer.Body?["reportNumber"];
                filing.Triage = (string?)answer.Body?["triage"];
                filing.State = "filed";
            }
            // A server that is away or busy is tried again; one that says no has said it.
            else filing.State = answer.Status is 0 or 401 or 404 or 429 or >= 500 ? "waiting"
                : $"refused {answer.Status}";
        });
        world.Log("city", new { story.Id, expected = story.Triage, filing.Triage, answer.Status, filing.ReportNumber });
    }

    async Task Attend(Filing filing, CancellationToken cancel)
    {
        if (machine.GetUtcNow() < filing.LookAt) return;
        if (filing.State == "waiting") await File(filing, cancel);
        else if (filing.State == "filed") await Answer(filing, cancel);
    }

    async Task Answer(Filing filing, CancellationToken cancel)
    {
        if (filing.Narrative.OnCall == OnCall.Silent || filing.ReportNumber is not { } number)
        {
            world.Change(() => filing.State = "left alone");
            return;
        }
        var path = $"/api/pages?report={Uri.EscapeDataString(number)}";
        var pages = await hotline.Send(HttpMethod.Get, path, null, "duty", null, cancel);
        var items = (pages.Body?["items"] as JsonArray ?? []).Where(page => (string?)page?["reportNumber"] == number)
            .ToArray();
        var answered = items.Length > 0;
        foreach (var page in items) answered &= await Acknowledge(filing, page!, cancel);
        var late = machine.GetUtcNow() - filing.FiledAt > GivesUpAfter;
        world.Change(() =>
        {
            filing.LookAt = machine.GetUtcNow() + LookAgainAfter;
            if (answered || late) filing.State = answered ? "answered" : "no page";
        });
    }

    async Task<bool> Acknowledge(Filing filing, JsonNode page, CancellationToken cancel)
    {
        if (filing.Narrative.OnCall == OnCall.Text && await ByText(page)) return true;
        var id = (string?)page["id"];
        var answer = await hotline.Send(
            HttpMethod.Post, $"/api/pages/{id}/acknowledge", null, "duty", $"{filing.Key}-{id}", cancel);
        world.Log("city", new { did = "acknowledged", filing.ReportNumber, answer.Status });
        return answer.Good || answer.Status == 409;
    }

    // Texts name no report. Ours is the one that reached the phone when this page says it sent one; with two of them at
    // that moment nobody guesses.
    async Task<bool> ByText(JsonNode page)
    {
        if (world.Phone(DemoPhones.Duty) is not { OptedOut: false, Switches: { Off: false, NoCoverage: false } } phone)
            return false;
        var sent = (page["attempts"] as JsonArray ?? [])
            .Where(attempt => (string?)attempt?["role"] is not { } role
                || role.Contains("uty", StringComparison.Ordinal))
            .Select(attempt => DateTimeOffset.TryParse(
                (string?)attempt?["sentAt"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                    ? at : default)
            .Where(at => at != default).ToArray();
        var texts = world.Messages(message => message.To == phone.Number && message.ArrivedAt is not null
            && Array.Exists(sent, at => (at - message.CreatedAt).Duration() < SameMoment));
        if (texts is not [var only] || Code().Matches(only.Body) is not [{ Value: var code }]) return false;
        await mailbox.Send(phone, new(code));
        world.Log("city", new { did = "replied", code });
        return true;
    }

    [GeneratedRegex(@"(?<![0-9A-Za-z])\d{1,4}[aA](?![0-9A-Za-z])")]
    private static partial Regex Code();
}
