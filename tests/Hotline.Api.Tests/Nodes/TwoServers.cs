using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hotline.Api.Tests.Contract;
using Hotline.Api.Tests.Hosting;
using Hotline.Api.Tests.Paging;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Hosting;
using Hotline.Paging;
using Hotline.Security;
using Hotline.Simulator;
using Hotline.Store;
using Hotline.Store.Sealing;
using Hotline.Telephony;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hotline.Api.Tests.Nodes;

/// <summary>Two servers as an operator runs them, processes of their own on one main database and one key store, with the
/// simulator for a gateway. Not the demo: that has its database for itself. The gateway calls <see cref="B"/>.</summary>
public sealed class TwoServers : IAsyncDisposable
{
    private const int A = 0, B = 1;
    private readonly string master = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Bytes));
    private readonly ServerProcess?[] servers = new ServerProcess?[2];
    private readonly string[] urls = [.. Enumerable.Range(0, 2).Select(_ => $"http://127.0.0.1:{ServerProcess.FreePort()}")];
    private readonly string simulatorUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
    private readonly Dictionary<string, string> tokens = [];
    private readonly string? redis;
    private readonly DirectoryInfo workflows = Directory.CreateTempSubdirectory("hotline-pack-");
    private string database = "", keyDatabase = "";
    private WebApplication simulator = null!;

    private TwoServers(string? redis) => this.redis = redis;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public NpgsqlDataSource Source { get; private set; } = null!;

    public static (int First, int Second) Both => (A, B);

    internal ServerProcess Server(int node) => servers[node]!;

    public Uri Url(int node) => new(urls[node]);

    /// <summary>Both start in the same moment on databases that hold nothing.</summary>
    public static async Task<TwoServers> Start(string? redis)
    {
        var world = new TwoServers(redis);
        try
        {
            await world.Begin();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    private async Task Begin()
    {
        await MakeDatabases();
        EachPageByItself();
        simulator = SimulatorHost.Build(["--urls", simulatorUrl, "--hotline", urls[B], "--city", "false",
            "--follow-clock", "false", "--Logging:LogLevel:Default", "Warning"]);
        await simulator.StartAsync();
        StartNode(A);
        StartNode(B);
        await Ready(A);
        await Ready(B);
        await Seed();
    }

    public void StartNode(int node)
    {
        var settings = new Dictionary<string, string>
        {
            ["URL"] = urls[node], ["PUBLICURL"] = urls[B], ["DATABASE"] = database, ["KEYDATABASE"] = keyDatabase, ["MASTERKEY"] = master,
            ["POLICY"] = workflows.FullName, ["TWILIO__BASEURL"] = simulatorUrl, ["TWILIO__ACCOUNTSID"] = "AC" + new string('a', 32),
            ["TWILIO__AUTHTOKEN"] = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f", ["TWILIO__FROM"] = "+15005550006",
        };
        if (redis is not null) settings["REDIS"] = redis;
        servers[node] = ServerProcess.Start(settings);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill(int node)
    {
        servers[node]!.Kill();
        await servers[node]!.End();
    }

    public async Task Ready(int node)
    {
        await servers[node]!.Answers(urls[node]);
        await ServerProcess.Eventually(async () => (await Health(node)).Ready);
    }

    public async Task<(bool Ready, string Redis)> Health(int node)
    {
        using var answer = await Http.GetAsync(urls[node] + "/health/ready");
        var body = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        return (answer.IsSuccessStatusCode, body["dependencies"]!["redis"]?.GetValue<string>() ?? "");
    }

    public async Task<string> Token(string user)
    {
        if (tokens.TryGetValue(user, out var known)) return known;
        using var answer = await Http.PostAsJsonAsync(urls[B] + "/api/sessions", new { user, password = DemoAccounts.Password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return tokens[user] = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["token"]!.GetValue<string>();
    }

    public async Task<JsonNode> Call(int node, HttpMethod method, string path, string user, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var (status, text) = await Send(node, method, path, user, body);
        status.ShouldBe(expected, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<(HttpStatusCode Status, string Body)> Send(int node, HttpMethod method, string path, string user, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, urls[node] + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(user));
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Files a T1 report at a node: its receipt.</summary>
    public Task<JsonNode> File(int node) =>
        Call(node, HttpMethod.Post, "/api/reports", "school", ContractCity.UrgentBody, HttpStatusCode.Created);

    public async Task<HubSocket> Hub(int node)
    {
        var hub = await HubSocket.Connect(Url(node), await Token("duty"));
        (await hub.Invoke("Watch", new { kind = "division", id = "440199" }))["result"].ShouldNotBeNull();
        return hub;
    }

    /// <summary>A fault of the gateway for the next text.</summary>
    public async Task Fault(string kind) =>
        (await Http.PostAsJsonAsync(simulatorUrl + "/control/faults", new { kind, on = "messages", method = "POST", times = 1 })).EnsureSuccessStatusCode();

    /// <summary>Texts the gateway has taken for the phone on duty.</summary>
    public async Task<List<string>> TextsOnDuty() =>
        [.. (await Http.GetFromJsonAsync<JsonNode>(simulatorUrl + "/phones/" + Uri.EscapeDataString(PagingWorld.Duty)))!["texts"]!.AsArray()
            .Where(t => !t!["mine"]!.GetValue<bool>()).Select(t => t!["body"]!.GetValue<string>())];

    /// <summary>The database's clock cannot be moved, so what those hold who are no more runs out by moving back itself.</summary>
    public Task<object?> EndLeasesOfTheDead()
    {
        var living = string.Join(" and ", servers.Where(s => s is { Ended: false }).Select(s => $"lease_holder not like '%-{s!.Id}-%'"));
        return Ask($"update hotline.outbox set lease_until = lease_until - interval '60 seconds' where {living}");
    }

    public async Task<object?> Ask(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The base pack without its limits: texts are counted here, one for each page.</summary>
    private void EachPageByItself()
    {
        foreach (var file in Directory.EnumerateFiles(PagingWorld.WorkflowsFolder(), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(workflows.FullName, Path.GetRelativePath(PagingWorld.WorkflowsFolder(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            System.IO.File.Copy(file, copy);
        }
        var page = Path.Combine(workflows.FullName, "page.yaml");
        System.IO.File.WriteAllText(page, System.IO.File.ReadAllText(page).Replace("every: PT1M", "every: PT0S", StringComparison.Ordinal)
            .Replace("atMost: 5", "atMost: 100000", StringComparison.Ordinal));
    }

    private async Task MakeDatabases()
    {
        var cluster = await PagingCluster.Running.Value;
        var name = "two_" + Guid.CreateVersion7().ToString("n");
        await using var admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(cluster.Database) { Database = "postgres", Pooling = false });
        foreach (var one in new[] { name, name + "_keys" })
        {
            await using var create = admin.CreateCommand($"create database {one} template template0");
            await create.ExecuteNonQueryAsync();
        }
        database = new NpgsqlConnectionStringBuilder(cluster.Database) { Database = name, MaxPoolSize = 15 }.ConnectionString;
        keyDatabase = new NpgsqlConnectionStringBuilder(cluster.Database) { Database = name + "_keys", MaxPoolSize = 5 }.ConnectionString;
        Source = StoreConnections.Open(database);
    }

    /// <summary>The demo county's people and rosters as if an administrator had entered them: nothing here is marked as demo.</summary>
    private async Task Seed()
    {
        await DemoAccounts.Seed(Source, new PasswordHasher<Account>(), TimeProvider.System);
        await Ask("update hotline.accounts set demo = false");
        await Ask("update hotline.organisations set demo = false");
        await using var keys = NpgsqlDataSource.Create(keyDatabase);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hotline:PublicUrl"] = urls[B], ["Hotline:Twilio:BaseUrl"] = simulatorUrl, ["Hotline:Twilio:AccountSid"] = "AC" + new string('a', 32),
            ["Hotline:Twilio:AuthToken"] = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f", ["Hotline:Twilio:From"] = "+15005550006",
        });
        builder.Services.AddSingleton(Source).AddSingleton<IBusinessClock>(new MovedBusinessClock()).AddSingleton<IIds, SystemIds>()
            .AddSingleton<IEventStore>(new PostgresStore(Source, TimeProvider.System)).AddSingleton(new PolicyBook(PagingWorld.Pack))
            .AddSingleton<IVault>(s => new PostgresVault(
                Source, keys, MasterKey.Parse(master), s.GetRequiredService<IIds>(), TimeProvider.System, NullLogger.Instance));
        builder.AddSecurity();
        builder.AddCases();
        builder.AddTelephony().AddDuty().AddPaging();
        await using var rooms = builder.Build();
        await DutyDemo.Seed(rooms.Services);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            if (server is not null) await server.DisposeAsync();
        await simulator.StopAsync(TimeSpan.FromSeconds(2));
        await simulator.DisposeAsync();
        await Source.DisposeAsync();
        workflows.Delete(recursive: true);
        Http.Dispose();
    }
}
