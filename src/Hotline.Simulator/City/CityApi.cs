using Hotline.Simulator.Phones;

namespace Hotline.Simulator.City;

/// <param name="Narrative">The id of a story; the next in turn without it.</param>
public sealed record FileOne(string? Narrative);

/// <summary>The city, as HTTP.</summary>
public static class CityApi
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/city", (CityDriver city, SimulatorOptions options) => Results.Json(new
        {
            running = options.City,
            city.Resting,
            options.Rate,
            narratives = city.Stories.Select(story => new
            {
                story.Id, story.Title, story.Process, story.Triage, story.Account, story.SummaryEn,
                story.Argument, onCall = story.OnCall.ToString(), ending = story.Ending.ToString(),
            }),
            filings = city.Filings().Select(Shown),
        }));
        app.MapPost("/city/file", async (FileOne? which, CityDriver city, IHostApplicationLifetime life) =>
            await city.FileNow(which?.Narrative, life.ApplicationStopping) is { } filing
                ? Results.Json(Shown(filing), statusCode: filing.ReportNumber is not null ? 201 : 202)
                : PhonesApi.Refused(404, "没有这个情节。", "There is no such narrative."));
    }

    static object Shown(Filing filing) => new
    {
        narrative = filing.Narrative.Id,
        expected = filing.Narrative.Triage,
        filing.Triage,
        filing.ReportNumber,
        filing.State,
        filedAt = filing.ReportNumber is null ? (DateTimeOffset?)null : filing.FiledAt,
        filing.Stands,
        filing.Steps,
        filing.Refused,
    };
}
