using System.Text.Json;
using System.Xml;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Hosting;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Hotline.Demo;

/// <summary>What exists only in the demo: a clock that can be moved.</summary>
public static class DemoRoom
{
    // Steps know dates up to 2199; a clock past its calendar could never be set back.
    private static readonly DateTimeOffset LastDay = new(2150, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(60);

    /// <summary>Accounts of the demo city; nothing outside the demo.</summary>
    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        if (!services.GetRequiredService<HotlineOptions>().Demo) return;
        await DemoAccounts.Seed(
            services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IPasswordHasher<Account>>(),
            services.GetRequiredService<TimeProvider>(), cancel);
        await DutyDemo.Seed(services, cancel);
    }

    public static void MapDemo(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<HotlineOptions>().Demo) return;
        app.MapGet("/api/demo/clock", (DemoClock clock) => TypedResults.Ok(new { now = clock.Now, offsetSeconds = clock.Offset.TotalSeconds }))
            .AllowAnonymous().WithTags("Demo").WithName("ReadDemoClock");
        app.MapPost("/api/demo/clock", Move).WithTags("Demo").WithName("MoveDemoClock");
    }

    /// <summary>Returns after every timer due by then was claimed (design 7); here they have also been carried out.</summary>
    private static async Task<IResult> Move(
        HttpContext http, Caller caller, DemoClock clock, TimerLoop timers, IEventStore store, CancellationToken cancel)
    {
        if (!caller.Is(Roles.SystemAdministrator)) return new Problem(403, "forbidden");
        var (body, wrong) = await JsonBody.Read(http, 4096, cancel);
        if (wrong is not null) return wrong;
        if (Advance(body!.RootElement) is not { } by || clock.Now + by > LastDay) return new Problem(422, "clock-advance");
        await clock.Advance(by, CancellationToken.None);
        store.Wake();
        using var limit = new CancellationTokenSource(DrainMax);
        try
        {
            await timers.Drain(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // A month's worth of rings may take longer than a request should; the loop goes on with them.
        }
        return TypedResults.Ok(new { now = clock.Now });
    }

    private static TimeSpan? Advance(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("advance", out var text) || text.ValueKind != JsonValueKind.String) return null;
        try
        {
            var by = XmlConvert.ToTimeSpan(text.GetString()!);
            return by >= TimeSpan.Zero && by <= DemoClock.AdvanceMax ? by : null;
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            return null;
        }
    }
}
