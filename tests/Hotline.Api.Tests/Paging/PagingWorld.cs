using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Xml;
using Hotline.Agencies;
using Hotline.Auditing;
using Hotline.Calls;
using Hotline.Cases;
using Hotline.Drills;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Hosting;
using Hotline.Http;
using Hotline.Intake;
using Hotline.Paging;
using Hotline.Security;
using Hotline.Simulator;
using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Hotline.Store.Sealing;
using Hotline.Telephony;
using Hotline.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Hotline.Api.Tests.Paging.PagingCluster))]

namespace Hotline.Api.Tests.Paging;

/// <summary>Business time as a test moves it.</summary>
internal sealed class MovedBusinessClock : IBusinessClock
{
    private long offset;

    public DateTimeOffset Now => TimeProvider.System.GetUtcNow().AddTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);
}

/// <summary>A line of a node's log, with whatever was thrown.</summary>
internal sealed record LogLine(LogLevel Level, int Event, string Text);

/// <summary>Keeps log lines for tests that read them.</summary>
internal sealed class LineKeeper(ConcurrentQueue<LogLine> lines) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(new(logLevel, eventId.Id, formatter(state, exception) + exception));

    public void Dispose() { }
}

/// <summary>One PostgreSQL for these tests, started by the first and stopped after the last.</summary>
public sealed class PagingCluster : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "hotline-paging-" + Guid.CreateVersion7().ToString("n"));

    internal static Lazy<Task<EmbeddedPostgres>> Running { get; } = new(Start);

    internal static MasterKey Master { get; } = MasterKey.Make();

    private static async Task<EmbeddedPostgres> Start()
    {
        var server = await EmbeddedPostgres.Start(await DataDirectory.Choose(Folder));
        await using var main = NpgsqlDataSource.Create(server.Database + ";Pooling=false");
        await Migrations.Apply(main, Migrations.Main);
        await using var keys = NpgsqlDataSource.Create(server.KeyDatabase + ";Pooling=false");
        await Migrations.Apply(keys, Migrations.Keys);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Running.IsValueCreated) return;
        await (await Running.Value).DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A county with its duty room, a real PostgreSQL, and the simulator's phones.</summary>
internal sealed class PagingWorld : IAsyncDisposable
{
    public const string Duty = "+14155550101";
    public const string Supervisor = "+14155550102";
    public const string County = "+8610000000103";
    public const string City = "+14155550104";

    /// <summary>To which anybody may write.</summary>
    public const string PublicNumber = "+15005550007";
    public const string Lonely = "440188";
    public const string PushKey = "demo-push-key-0123456789";

    private static readonly SemaphoreSlim Templating = new(1);
    private readonly List<WebApplication> nodes = [];
    private WebApplication simulator = null!;
    private NpgsqlDataSource source = null!;
    private NpgsqlDataSource keys = null!;
    private MasterKey master = null!;
    private string simulatorUrl = "";
    private string nodeUrl = "";
    private bool templates;
    private Deaths? mortal;
    private string gatewayUrl = "";
    private Func<DelegatingHandler>? wire;
    private bool operations;
    private TimeSpan? patience;

    public MovedBusinessClock Clock { get; } = new();

    /// <summary>Whatever the nodes wrote into their logs.</summary>
    public ConcurrentQueue<LogLine> Lines { get; } = new();
    public HttpClient Phones { get; private set; } = null!;
    public HttpClient Api { get; private set; } = null!;
    public IServiceProvider Services => nodes[0].Services;
    public Uri Url => new(nodeUrl);

    /// <param name="templates">The mainland's own gateway is configured too.</param>
    /// <param name="heard">False: the gateway's webhooks find nobody, and its fallback address alone answers.</param>
    /// <param name="mortal">The first node dies as this says, page by page.</param>
    /// <param name="before">Starts something between us and the gateway, given the gateway's address.</param>
    /// <param name="wire">Sees each request that leaves the house.</param>
    /// <param name="operations">The desk of deliveries is open too.</param>
    /// <param name="patience">How long a gateway is waited for, where not as long as in earnest.</param>
    public static async Task<PagingWorld> Start(
        bool relay = true, bool templates = false, bool heard = true, Deaths? mortal = null, Func<string, Task<string>>? before = null,
        Func<DelegatingHandler>? wire = null, bool operations = false, TimeSpan? patience = null)
    {
        var world = new PagingWorld { templates = templates, operations = operations, patience = patience, mortal = mortal, wire = wire ?? (mortal is null ? null : () => new MortalWire(mortal)) };
        await world.Prepare(heard);
        world.gatewayUrl = before is null ? world.simulatorUrl : await before(world.simulatorUrl);
        await world.AddNode(relay);
        await DutyDemo.Seed(world.Services);
        return world;
    }

    private async Task Prepare(bool heard)
    {
        var cluster = await PagingCluster.Running.Value;
        var name = "paging_" + Guid.CreateVersion7().ToString("n");
        await Templating.WaitAsync();
        try
        {
            var beside = new NpgsqlConnectionStringBuilder(cluster.Database) { Database = "postgres", Pooling = false };
            await using var admin = NpgsqlDataSource.Create(beside);
            // PostgreSQL copies a template only while nobody is on it, be it a worker of its own that cleans up.
            for (var tries = 0; ; tries++)
                try
                {
                    await using var create = admin.CreateCommand($"create database {name} template {EmbeddedPostgres.MainName}");
                    await create.ExecuteNonQueryAsync();
                    break;
                }
                catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.ObjectInUse && tries < 20)
                {
                    await Task.Delay(250);
                }
        }
        finally
        {
            Templating.Release();
        }
        source = StoreConnections.Open(new NpgsqlConnectionStringBuilder(cluster.Database) { Database = name }.ConnectionString);
        keys = NpgsqlDataSource.Create(cluster.KeyDatabase);
        master = PagingCluster.Master;
        (simulatorUrl, nodeUrl) = (FreeUrl(), FreeUrl());
        simulator = SimulatorHost.Build(
            ["--urls", simulatorUrl, "--hotline", heard ? nodeUrl : FreeUrl(), "--Simulator:VoiceFallbackUrl", nodeUrl + "/webhooks/twilio/voice-fallback", "--city", "false", "--follow-clock", "false", "--Logging:LogLevel:Default", "Warning", "--Simulator:SpeechSecondsPerCharacter", "0"]);
        await simulator.StartAsync();
        Phones = new() { BaseAddress = new(simulatorUrl) };
        await DemoAccounts.Seed(source, new PasswordHasher<Account>(), TimeProvider.System);
    }

    /// <summary>A node on the same database. The first listens where the gateway calls; others work beside it.</summary>
    public async Task<WebApplication> AddNode(bool relay = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(nodes.Count == 0 ? nodeUrl : FreeUrl());
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new LineKeeper(Lines)).SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Hotline", LogLevel.Trace).AddFilter("System.Net.Http", LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hotline:Demo"] = "true", ["Hotline:PublicUrl"] = nodeUrl, ["Hotline:Twilio:BaseUrl"] = gatewayUrl,
            ["Hotline:Twilio:AccountSid"] = "AC" + new string('a', 32), ["Hotline:Twilio:AuthToken"] = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f",
            ["Hotline:Twilio:OtherAuthToken"] = "the-token-before", ["Hotline:Twilio:From"] = "+15005550006",
            ["Hotline:Twilio:PublicNumber"] = PublicNumber,
        });
        if (templates)
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Hotline:TemplateGateway:BaseUrl"] = simulatorUrl + "/template-gateway/", ["Hotline:TemplateGateway:AccessKeyId"] = "demo-key",
                ["Hotline:TemplateGateway:AccessKeySecret"] = "demo-secret", ["Hotline:TemplateGateway:SignName"] = "儿童保护热线",
                ["Hotline:TemplateGateway:PageTemplate"] = "SMS_100000001", ["Hotline:TemplateGateway:CodeTemplate"] = "SMS_100000002",
                ["Hotline:TemplateGateway:BundleTemplate"] = "SMS_100000003",
                ["Hotline:TemplateGateway:PushKey"] = PushKey,
            });
        var services = builder.Services;
        services.AddSingleton(source).AddSingleton<IBusinessClock>(Clock).AddSingleton<IIds, SystemIds>();
        var store = new PostgresStore(source, TimeProvider.System);
        services.AddSingleton<IEventStore>(mortal is null ? store : new MortalStore(store, mortal));
        if (wire is { } seen) services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(seen));
        services.AddSingleton<IVault>(s => new PostgresVault(source, keys, master, s.GetRequiredService<IIds>(), TimeProvider.System, NullLogger.Instance));
        services.AddSingleton(new PolicyBook(Pack));
        if (relay) services.AddHostedService<OutboxRelay>();
        services.AddHostedService<TimerLoop>();
        builder.AddSecurity();
        builder.AddCases();
        builder.AddIntake();
        builder.AddAgencies();
        builder.AddTelephony().AddDuty().AddPaging().AddDrills().AddCalls();
        if (patience is { } limit)
        {
            services.AddSingleton(TwilioSettings.Of(builder.Configuration) with { RequestTimeout = limit });
            if (TemplateSettings.Of(builder.Configuration) is { } own) services.AddSingleton(own with { RequestTimeout = limit });
        }
        if (operations)
        {
            services.AddSingleton(new HotlineOptions());
            builder.AddAuditing();
        }
        var app = builder.Build();
        app.UseProblems();
        app.UseSecurity();
        if (operations) app.MapAuditing();
        app.MapSecurity();
        app.MapDuty();
        app.MapPaging();
        app.MapDrills();
        app.MapCalls();
        app.MapCases();
        app.MapIntake();
        app.MapAgencies();
        await app.StartAsync();
        nodes.Add(app);
        if (nodes.Count == 1) Api = new() { BaseAddress = new(nodeUrl) };
        return app;
    }

    public async Task<HttpClient> SignedIn(string user)
    {
        var client = new HttpClient { BaseAddress = new(nodeUrl) };
        var answer = await client.PostAsJsonAsync("/api/sessions", new { user, password = DemoAccounts.Password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public static Pack Pack { get; } = PackLoader.Load(WorkflowsFolder()) is { Pack: { } pack } load
        // The second emergency in a minute waits here already: forty pages prove no more than two.
        ? pack with
        {
            Overlays = pack.Overlays.Add(new() { Division = Lonely, Title = new("没有值班室的县", "A county without a duty room"), Neighbours = ["440199"] }),
            Escalations = pack.Escalations.Add("others", pack.Escalations["base"] with
            {
                Name = "others",
                Steps = [new(TimeSpan.Zero, "DutyOfficer", "neighbour", ["sms"]), new(TimeSpan.FromMinutes(3), "CountyOfficer", "own", ["sms"]) { Person = "county" }],
            }),
            Machines = pack.Machines.SetItem(RingingRules.Machine, pack.Machines[RingingRules.Machine] with { Limits = pack.Limits with { EmergenciesAtOnce = 1 } }),
        }
        : throw new InvalidOperationException("The base pack does not load.");

    /// <summary>When a T1 page comes to call the duty officer for the first time.</summary>
    public static TimeSpan FirstCall { get; } = Pack.Escalations["base"].Steps[1].After("T1")!.Value;

    /// <summary>Begins a page as intake does for a T1 report.</summary>
    public Task<Guid> Page(string triage = "T1", string plan = "base", string division = "440199", string? reportNumber = null, Guid? household = null) =>
        Begin(Guid.CreateVersion7(), division, triage, plan, reportNumber, household);

    public async Task<Guid> Begin(
        Guid id, string division, string triage = "T1", string plan = "base", string? reportNumber = null, Guid? household = null)
    {
        var written = await Services.GetRequiredService<Writer>().Write(null, Clock.Now, load => Task.FromResult<Decision>(
            new Decision.Accepted(Pages.Starting(load, id, new PageNeed(
                null, reportNumber ?? "R" + id.ToString("N")[..8], null, triage, division, Pack.Escalations[plan], PageNeed.NewReport) { Ringing = Pack.Ringing, Household = household }))));
        written.ShouldBeOfType<Written.Done>();
        return id;
    }

    public async Task<PageFile> Load(Guid page) =>
        await new Loader(Services.GetRequiredService<IEventStore>(), Services.GetRequiredService<StreamKinds>())
            .Load<PageFile>(PageFile.KindName, page, CancellationToken.None);

    /// <summary>Moves server and simulator alike; what becomes due then happens by itself.</summary>
    public async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        (await Phones.PostAsJsonAsync("/control/clock", new { advance = XmlConvert.ToString(by) })).EnsureSuccessStatusCode();
        foreach (var node in nodes) node.Services.GetRequiredService<IEventStore>().Wake();
    }

    public async Task<JsonElement> Phone(string number) => await Phones.GetFromJsonAsync<JsonElement>($"/phones/{Uri.EscapeDataString(number)}");

    /// <summary>Texts that reached a phone from the hotline.</summary>
    public async Task<List<string>> Texts(string number) =>
        [.. (await Phone(number)).GetProperty("texts").EnumerateArray()
            .Where(t => !t.GetProperty("mine").GetBoolean() && t.GetProperty("arrivedAt").ValueKind != JsonValueKind.Null)
            .Select(t => t.GetProperty("body").GetString()!)];

    public async Task Reply(string number, string text, int copies = 1) =>
        (await Phones.PostAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/reply", new { text, copies })).StatusCode.ShouldBe(HttpStatusCode.OK);

    public async Task Picture(string number) =>
        (await Phones.PostAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/reply", new { text = "", numMedia = 1 })).StatusCode.ShouldBe(HttpStatusCode.OK);

    public async Task<HttpStatusCode> Do(string number, string what, object? body = null) =>
        (await Phones.PostAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/{what}", body ?? new { })).StatusCode;

    public Task Switch(string number, object switches) => Phones.PutAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/switches", switches);

    public Task Fault(string kind, string on = "messages", string method = "POST", int? retryAfter = null, int times = 1) =>
        Phones.PostAsJsonAsync("/control/faults", new { kind, on, method, retryAfter, times });

    /// <summary>False: the gateway carries texts and calls, and tells nothing of it.</summary>
    public async Task Callbacks(bool on) => (await Phones.PutAsJsonAsync("/control/callbacks", new { on })).EnsureSuccessStatusCode();

    /// <summary>How the next texts to a phone fare.</summary>
    public Task Delivery(string number, params object[] steps) => Delivery(number, early: false, steps);

    /// <param name="early">The first step is reported before the request is answered.</param>
    public async Task Delivery(string number, bool early, params object[] steps) =>
        (await Phones.PutAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/delivery", new { steps, early })).EnsureSuccessStatusCode();

    /// <summary>Gives somebody another number.</summary>
    public async Task Number(string user, string number)
    {
        var contacts = Services.GetRequiredService<Contacts>();
        var person = DemoAccounts.AccountId(user);
        var contact = (await contacts.Of(person, default))!;
        await contacts.Keep(person, contact.User, contact.Role, contact.Division, PhoneNumber.Parse(number)!.Value, Clock.Now, default);
    }

    /// <summary>The simulator's log of one kind: text, call, refused, fault …</summary>
    public async Task<List<JsonElement>> Log(string kind) =>
        [.. (await Phones.GetFromJsonAsync<JsonElement>($"/log?kind={kind}")).EnumerateArray()];

    /// <summary>The database takes no connection until this is disposed of.</summary>
    public async Task<IAsyncDisposable> Outage()
    {
        var name = new NpgsqlConnectionStringBuilder(source.ConnectionString).Database;
        var beside = new NpgsqlConnectionStringBuilder((await PagingCluster.Running.Value).Database) { Database = "postgres", Pooling = false };
        var admin = NpgsqlDataSource.Create(beside);
        await using var close = admin.CreateCommand($"alter database {name} allow_connections false");
        await close.ExecuteNonQueryAsync();
        await using var cut = admin.CreateCommand($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        await cut.ExecuteNonQueryAsync();
        return new Reopening(admin, name!);
    }

    private sealed class Reopening(NpgsqlDataSource admin, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (var open = admin.CreateCommand($"alter database {name} allow_connections true")) await open.ExecuteNonQueryAsync();
            await admin.DisposeAsync();
        }
    }

    /// <summary>Posts what the gateway would, signed as it signs.</summary>
    public async Task<(HttpStatusCode Status, string Body)> Webhook(string target, string form)
    {
        var url = nodeUrl + target;
        var signature = TwilioSignature.Sign("f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f", url, FormFields.Parse(System.Text.Encoding.UTF8.GetBytes(form))!);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(form, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation(TwilioSignature.Header, signature);
        using var answer = await Api.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>All nodes stop, and one starts anew on the same database.</summary>
    public async Task Restart()
    {
        foreach (var node in nodes)
        {
            await node.StopAsync(TimeSpan.FromSeconds(5));
            await node.DisposeAsync();
        }
        nodes.Clear();
        await AddNode();
    }

    /// <summary>A node that does not die takes the place of the one that did. The database's clock cannot be moved, so what the dead
    /// one holds runs out by moving back itself.</summary>
    public async Task Resurrect()
    {
        (mortal, wire) = (null, null);
        foreach (var node in nodes)
        {
            await node.StopAsync(TimeSpan.FromSeconds(2));
            await node.DisposeAsync();
        }
        nodes.Clear();
        await using var expire = source.CreateCommand(
            "update hotline.outbox set lease_until = lease_until - interval '60 seconds'; update hotline.timers set lease_until = lease_until - interval '60 seconds'");
        await expire.ExecuteNonQueryAsync();
        await AddNode();
    }

    public async Task<bool> Rings(string number) =>
        (await Phone(number)).GetProperty("call") is { ValueKind: JsonValueKind.Object } call && call.GetProperty("status").GetString() == "ringing";

    /// <summary>Longer than a message may wait for its turn, where the clock is not moved.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what, int seconds = 75)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!await holds())
        {
            if (limit.IsCancellationRequested) throw new ShouldAssertException($"Waited {seconds} s in vain: {what}");
            await Task.Delay(50);
        }
    }

    public Task UntilText(string number, int count = 1) =>
        Until(async () => (await Texts(number)).Count >= count, $"{count} texts on {number}");

    public Task UntilRings(string number) => Until(() => Rings(number), $"{number} rings");

    public Task UntilState(Guid page, string state) => Until(async () => (await Load(page)).State == state, $"page is {state}");

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    internal static string WorkflowsFolder([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "workflows"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.StopAsync(TimeSpan.FromSeconds(2));
            await node.DisposeAsync();
        }
        await simulator.StopAsync(TimeSpan.FromSeconds(2));
        await simulator.DisposeAsync();
        await source.DisposeAsync();
        await keys.DisposeAsync();
    }
}
