using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary><c>hotline-simulator triage [URL]</c>: has every story filed by a running city, and prints what levels they
/// got beside the experts'. The city then plays them to their ends.</summary>
public static class TriageCommand
{
    const string Beside = "http://127.0.0.1:8081";

    /// <returns>0 when the goals are met, 1 when not, 2 when there is no city at that address.</returns>
    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var given = args is [var url, ..] ? url : Beside;
        if (!Uri.TryCreate(given, UriKind.Absolute, out var at) || !at.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            await output.WriteLineAsync($"这不是模拟器的地址。No address of a simulator, such as {Beside}: {given}");
            return 2;
        }
        using var city = new HttpClient { BaseAddress = at };
        var rows = new List<TriageRow>();
        try
        {
            foreach (var story in Narrative.All())
            {
                using var answer = await city.PostAsJsonAsync("/city/file", new FileOne(story.Id));
                var filing = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonNode>() : null;
                if ((string?)filing?["triage"] is not { } level)
                {
                    await output.WriteLineAsync($"{story.Id}: {(int)answer.StatusCode} {(string?)filing?["state"]}");
                    return 2;
                }
                rows.Add(new(story, level));
            }
        }
        catch (HttpRequestException away)
        {
            await output.WriteLineAsync($"没有城市在此地址。No city at {city.BaseAddress}: {away.Message}");
            return 2;
        }
        var table = new TriageTable(rows);
        await output.WriteAsync(table.ToString());
        return table.MeetsGoals ? 0 : 1;
    }
}
