using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.Simulator.Phones;

namespace Hotline.Simulator.City;

/// <summary>
/// A city that files reports through the public API as its people would, plays the person on call for the pages of its
/// own reports, and then everybody who works on them until they end. It never touches a report that somebody else filed.
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
    /// <summary>Where nobody is to answer, the page climbs through everybody before the city goes on by itself.</summary>
    static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(20);
    static readonly TimeSpan RestsFor = TimeSpan.FromMinutes(1);
    const int AtOnce = 4;
    const int StepsAtOnce = 100;
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
            if (filings.Count > FilingsKept) filings.RemoveAt(Math.Max(0, filings.FindIndex(one => one.IsOver)));
        });
        await File(filing, cancel);
        return filing;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? nextAt = null;
        var offset = world.Clock.Offset;
        while (!stoppingToken.IsCancellationRequested)
        {
            await world.Clock.Delay(Beat, stoppingToken);
            try
            {
                if (world.Options is { City: true, Rate: > 0 }) nextAt = await Pace(nextAt, stoppingToken);
                // A moved clock gives everybody something to look at.
                var moved = offset != world.Clock.Offset;
                offset = world.Clock.Offset;
                var now = machine.GetUtcNow();
                await Parallel.ForEachAsync(
                    Filings().Where(filing => !filing.IsOver && (filing.LookAt <= now || (moved && filing.State != Filing.Waiting))),
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                    async (filing, cancel) => await Attend(filing, cancel));
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
                filing.FiledAt = world.Clock.Now;
                filing.ReportNumber = (string?)answer.Body?["reportNumber"];
                filing.Triage = (string?)answer.Body?["triage"];
                filing.State = Filing.Filed;
            }
            // A server that is away or busy is tried again; one that says no has said it.
            else filing.State = answer.Status is 0 or 401 or 404 or 429 or >= 500 ? Filing.Waiting
                : $"refused {answer.Status}";
        });
        world.Log("city", new { story.Id, expected = story.Triage, filing.Triage, answer.Status, filing.ReportNumber });
    }

    async Task Attend(Filing filing, CancellationToken cancel)
    {
        try
        {
            if (filing.State == Filing.Waiting) await File(filing, cancel);
            else if (filing.State == Filing.Filed) await Answer(filing, cancel);
            else if (filing.State is Filing.Answered or Filing.NoPage || world.Clock.Now >= filing.FiledAt + SilentFor)
                await Play(filing, cancel);
            else Rest(filing, filing.FiledAt + SilentFor - world.Clock.Now);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // One story that cannot be told does not stop the others.
            world.Log("error", new { what = filing.Narrative.Id, trouble = trouble.Message });
            Rest(filing, RestsFor);
        }
    }

    /// <summary>Plays on: a step at a time at the city's pace, or as far as it goes where that is none.</summary>
    async Task Play(Filing filing, CancellationToken cancel)
    {
        var (offset, pace) = (world.Clock.Offset, TimeSpan.FromSeconds(world.Options.StepSeconds));
        var partner = filing.Narrative.Follows is { } first ? Array.FindLast(Filings(), one => one.Narrative.Id == first) : null;
        var play = new CasePlay(world, hotline, filing, partner);
        if (await play.Go(pace > TimeSpan.Zero ? 1 : StepsAtOnce, cancel)) filing.LookAt = machine.GetUtcNow() + pace;
        else if (play.Over) world.Change(() => filing.State = Filing.Ended);
        else
        {
            foreach (var page in await OpenPages(filing, cancel)) await Acknowledge(filing, page, cancel);
            Rest(filing, RestsFor, offset);
        }
    }

    void Rest(Filing filing, TimeSpan span, TimeSpan? offset = null) => world.Change(() =>
    {
        filing.Rests = offset ?? world.Clock.Offset;
        filing.LookAt = machine.GetUtcNow() + (span < RestsFor ? span : RestsFor);
    });

    /// <summary>Nobody in the city has anything left to do before the clock moves on.</summary>
    public bool Resting => Array.TrueForAll(Filings(), filing => filing.IsOver || filing.Rests == world.Clock.Offset);

    async Task Answer(Filing filing, CancellationToken cancel)
    {
        if (filing.Narrative.OnCall == OnCall.Silent || filing.ReportNumber is not { } number)
        {
            world.Change(() => filing.State = Filing.LeftAlone);
            return;
        }
        var items = await OpenPages(filing, cancel);
        var answered = items.Length > 0;
        foreach (var page in items) answered &= await Acknowledge(filing, page, cancel);
        var late = filing.Triage is not ("T1" or "T2") || world.Clock.Now - filing.FiledAt > GivesUpAfter;
        world.Change(() =>
        {
            filing.LookAt = machine.GetUtcNow() + LookAgainAfter;
            if (answered || late) filing.State = answered ? Filing.Answered : Filing.NoPage;
        });
    }

    /// <summary>Pages of this filing, as the person on duty sees them: those that ring first.</summary>
    async Task<JsonNode[]> OpenPages(Filing filing, CancellationToken cancel)
    {
        var path = $"/api/pages?report={Uri.EscapeDataString(filing.ReportNumber!)}";
        var pages = await hotline.Send(HttpMethod.Get, path, null, "duty", null, cancel);
        return [.. (pages.Body?["items"] as JsonArray ?? []).OfType<JsonNode>().Where(page => (string?)page["reportNumber"] == filing.ReportNumber)];
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
        // A text that tells of several pages may tell of pages that are none of the city's: those are real people's to answer.
        if (texts is not [var only] || Several().IsMatch(only.Body) || Code().Matches(only.Body) is not [{ Value: var code }]) return false;
        await mailbox.Send(phone, new(code));
        world.Log("city", new { did = "replied", code });
        return true;
    }

    [GeneratedRegex(@"(?<![0-9A-Za-z])\d{1,4}[aA](?![0-9A-Za-z])")]
    private static partial Regex Code();

    [GeneratedRegex("[0-9]+个呼叫")]
    private static partial Regex Several();
}
