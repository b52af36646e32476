using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Hotline.Hosting;
using Hotline.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Hosting;

public sealed class An_outage_of_the_database : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("hotline-outage-").FullName;
    private WebApplication app = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Hotline:Demo"] = "true";
        builder.Configuration["Hotline:Url"] = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        builder.Configuration["Hotline:DataDirectory"] = folder;
        builder.AddHosting();
        app = builder.Build();
        app.UseHosting();
        app.UseProblems();
        app.MapHosting();
        app.MapGet("/api/one", async (NpgsqlDataSource database) =>
        {
            await using var one = database.CreateCommand("select 1");
            return await one.ExecuteScalarAsync();
        });
        await app.Services.StartDatabases();
        await app.StartAsync();
        http = new HttpClient { BaseAddress = new(app.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task turns_requests_away_with_503_and_is_over_when_the_database_is_back()
    {
        (await http.GetAsync("/api/one")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var embedded = app.Services.GetRequiredService<Databases>().Embedded!;
        await embedded.Stop();

        using var refused = await http.GetAsync("/api/one");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString().ShouldBe("urn:hotline:unavailable");

        var ready = await http.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Missing(ready)).ShouldContain("database");
        (await Missing(ready)).ShouldContain("keys");
        (await http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var watch = app.Services.GetRequiredService<DatabaseWatch>();
        await ServerProcess.Eventually(() => Task.FromResult(watch.Away));
        await embedded.StartAgain();
        await ServerProcess.Eventually(async () => (await http.GetAsync("/api/one")).IsSuccessStatusCode);
        for (var i = 0; i < 20; i++) (await http.GetAsync("/api/one")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Missing(await http.GetAsync("/health/ready"))).ShouldNotContain("database");
    }

    [Fact]
    public async Task is_mended_by_the_server_itself_after_a_crash_of_its_own_postgres()
    {
        var pid = int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        Process.GetProcessById(pid).Kill();
        await ServerProcess.Eventually(async () => !File.Exists($"/proc/{pid}/comm")
            && (await http.GetAsync("/api/one")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task leaves_business_time_where_it_was_moved_to()
    {
        var clock = app.Services.GetRequiredService<DemoClock>();
        var before = clock.Now;
        (await clock.Advance(TimeSpan.FromMinutes(30))).ShouldBeGreaterThanOrEqualTo(before.AddMinutes(30));
        await clock.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromMinutes(-1)));
        var otherNode = new DemoClock(app.Services.GetRequiredService<HotlineOptions>(), app.Services.GetRequiredService<Databases>(), TimeProvider.System);
        await otherNode.Refresh();
        otherNode.Offset.ShouldBe(TimeSpan.FromMinutes(31));
    }

    private static async Task<string[]> Missing(HttpResponseMessage answer) =>
        [.. JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("missing").EnumerateArray().Select(m => m.GetString()!)];
}
