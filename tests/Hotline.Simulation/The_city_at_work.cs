using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hotline.Simulator.City;

namespace Hotline.Simulation;

/// <summary>Every story of the city is filed by its reporter, and then worked on by nothing but the steps that the server offers,
/// while the clock moves.</summary>
public sealed class The_city_at_work(ITestOutputHelper output)
{
    private static readonly string[] Times = ["PT30M", "PT8H", "P1D", "P6D", "P26D"];
    private const int RoundsMax = 20;
    private static readonly TimeSpan RoundMost = TimeSpan.FromSeconds(240);
    private static bool Long => Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    [Fact]
    public async Task brings_every_story_to_its_end_and_nobody_breaks_a_rule()
    {
        await using var city = await DemoCity.Start(["--Simulator:StepSeconds", "0", "--Simulator:AnswerAfterSeconds", "0", "--Simulator:SpeechSecondsPerCharacter", "0"]);
        var stories = Told();
        foreach (var story in stories)
        {
            using var filed = await city.Http.PostAsJsonAsync(new Uri(city.Phones, "/city/file"), new FileOne(story.Id));
            ((int)filed.StatusCode).ShouldBe(201, story.Id);
        }
        var watch = Stopwatch.StartNew();
        var seen = await AtRest(city);
        for (var round = 0; round < RoundsMax && Open(seen).Any(); round++)
        {
            var advance = Times[Math.Min(round, Times.Length - 1)];
            await Move(city, advance);
            seen = await AtRest(city);
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s, round {round + 1} {advance}: {Open(seen).Count()} open, {seen.Sum(f => (int)f["steps"]!)} steps");
        }
        foreach (var filing in seen) output.WriteLine($"{filing["narrative"]}: {filing["state"]}, {filing["stands"]}, {filing["steps"]} steps");
        var errors = await city.Http.GetFromJsonAsync<JsonArray>(new Uri(city.Phones, "/log?kind=error"));
        errors!.Select(e => e!["detail"]!.ToJsonString()).ShouldBeEmpty();
        seen.SelectMany(f => f["refused"]!.AsArray()).Select(r => (string)r!).ShouldBeEmpty("steps that were offered and then refused");
        Open(seen).Select(f => $"{f["narrative"]} stands at {f["stands"]}").ShouldBeEmpty();
        foreach (var filing in seen) Ends(stories.Single(s => s.Id == (string)filing["narrative"]!), (string)filing["stands"]!);
    }

    /// <summary>The stories that this run tells: all of them, or a third chosen by a seed, with whatever they follow. Those that follow
    /// another one come last, since a merge is offered with the newest cases.</summary>
    private static List<Narrative> Told()
    {
        var all = Narrative.All();
        var random = new Random(20261122);
        var some = Long ? all : all.Where(s => s.Follows is not null || random.Next(3) == 0).ToList();
        var pairs = all.Where(s => some.Any(o => o.Follows == s.Id) || s.Follows is not null && some.Contains(s)).ToList();
        return [.. some.Except(pairs), .. pairs];
    }

    /// <summary>Moves the server's clock and the city's with it, so that nobody rests at the old time.</summary>
    private static async Task Move(DemoCity city, string advance)
    {
        var (status, clock) = await city.Call(HttpMethod.Post, "/api/demo/clock", "admin", new { advance });
        status.ShouldBe(HttpStatusCode.OK);
        using var followed = await city.Http.PostAsJsonAsync(new Uri(city.Phones, "/control/clock"), new { now = clock!["now"] });
        followed.EnsureSuccessStatusCode();
    }

    private static IEnumerable<JsonNode> Open(List<JsonNode> filings) => filings.Where(f => (string)f["state"]! != "ended");

    private static async Task<List<JsonNode>> AtRest(DemoCity city)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var seen = (await city.Http.GetFromJsonAsync<JsonObject>(new Uri(city.Phones, "/city")))!;
            if ((bool)seen["resting"]!) return [.. seen["filings"]!.AsArray().Select(f => f!)];
            if (watch.Elapsed > RoundMost) throw new TimeoutException("The city does not come to rest: " + seen["filings"]!.ToJsonString());
            await Task.Delay(50);
        }
    }

    private static void Ends(Narrative story, string stands)
    {
        var expected = story.Ending switch
        {
            Ending.TransferredOut or Ending.Reopened => "TransferredOut",
            Ending.Unfounded => "Unfounded",
            _ => "Closed",
        };
        stands.ShouldEndWith(expected, Case.Sensitive, story.Id);
    }
}
