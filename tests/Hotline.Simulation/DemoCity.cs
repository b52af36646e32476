using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.Simulation;

/// <summary>The real server and the real simulator as processes of their own, on free loopback ports with a data directory of
/// their own: what ops/run starts, for proofs that need to kill it.</summary>
public sealed class DemoCity : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);
    private const int DeleteTriesMax = 25;
    private readonly string data = Path.Combine("/var/tmp", $"hotline-{Guid.NewGuid():N}");
    private readonly Dictionary<string, string> tokens = [];
    private Process? server;
    private Process? simulator;

    public int Port { get; } = FreePort();

    public int SimulatorPort { get; } = FreePort();

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(150) };

    public Uri Server => new($"http://127.0.0.1:{Port}");

    public Uri Phones => new($"http://127.0.0.1:{SimulatorPort}");

    /// <summary>Settings of the server beyond the demo's own.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Where the server keeps its database and keys.</summary>
    public string Data => data;

    /// <summary>Every server process so far, by its id.</summary>
    public List<int> ServerIds { get; } = [];

    public Process ServerProcess => server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>debug or release: the servers are of the same build as who starts them, unless they are given as published.</summary>
    public string Configuration => Published is null ? Here.Name : "published";

    /// <summary>What ops/run would start, where a script has made it.</summary>
    private static string? Published => Environment.GetEnvironmentVariable("HOTLINE_PUBLISHED");

    /// <summary>artifacts/bin/&lt;project&gt;/&lt;debug|release&gt;</summary>
    private static DirectoryInfo Here => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public static Task<DemoCity> Start(params (string Name, string Value)[] settings) => Start([], settings);

    /// <param name="simulator">What the simulator is told beside its address.</param>
    public static async Task<DemoCity> Start(string[] simulator, params (string Name, string Value)[] settings)
    {
        var city = new DemoCity();
        foreach (var (name, value) in settings) city.Settings[name] = value;
        try
        {
            city.StartSimulator(simulator);
            await city.StartServer();
            return city;
        }
        catch
        {
            await city.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again on the same data; answers when it is ready.</summary>
    public async Task StartServer()
    {
        var settings = new Dictionary<string, string>
        {
            ["HOTLINE__DEMO"] = "true", ["HOTLINE__URL"] = Server.ToString().TrimEnd('/'), ["HOTLINE__DATADIRECTORY"] = data,
            ["HOTLINE__TWILIO__BASEURL"] = Phones.ToString().TrimEnd('/'),
        };
        foreach (var (name, value) in Settings) settings[name] = value;
        server = Run("Hotline", "hotline.dll", settings);
        ServerIds.Add(server.Id);
        var until = Stopwatch.StartNew();
        while (until.Elapsed < ReadyWithin)
        {
            if (server.HasExited) throw new InvalidOperationException($"The server ended with {server.ExitCode}: {Tail("Hotline")}");
            try
            {
                if ((await Http.GetAsync(new Uri(Server, "/health/ready"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) { }
            await Task.Delay(50);
        }
        throw new TimeoutException("The server did not become ready: " + Tail("Hotline"));
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillServer()
    {
        server!.Kill(entireProcessTree: false);
        await server.WaitForExitAsync();
    }

    public async Task<string> Token(string user)
    {
        if (tokens.TryGetValue(user, out var known)) return known;
        var answer = await Http.PostAsJsonAsync(new Uri(Server, "/api/sessions"), new { user, password = "hotline-demo" });
        answer.EnsureSuccessStatusCode();
        return tokens[user] = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> Call(
        HttpMethod method, string path, string user, object? body = null, string? key = null, long? version = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(user));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task MoveClock(string advance)
    {
        var (status, body) = await Call(HttpMethod.Post, "/api/demo/clock", "admin", new { advance });
        if (status != HttpStatusCode.OK) throw new InvalidOperationException($"The clock did not move: {status} {body}");
    }

    /// <summary>Every text the provider took for a number, by its own list: page after page.</summary>
    public async Task<IReadOnlyList<string>> TextsTo(string number)
    {
        var texts = new List<string>();
        var account = "AC" + new string('a', 32);
        var path = $"/2010-04-01/Accounts/{account}/Messages.json?To={Uri.EscapeDataString(number)}&PageSize=200";
        while (path is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Phones, path));
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{account}:f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f")));
            using var answer = await Http.SendAsync(request);
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            texts.AddRange(page["messages"]!.AsArray().Select(m => m!["body"]!.GetValue<string>()));
            path = page["next_page_uri"]?.GetValue<string>();
        }
        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop(server);
        await Stop(simulator);
        Http.Dispose();
        // PostgreSQL may still be writing its last file.
        for (var tries = 0; Directory.Exists(data) && tries < DeleteTriesMax; tries++)
        {
            try
            {
                Directory.Delete(data, recursive: true);
            }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(200);
            }
        }
    }

    public string Tail(string name)
    {
        var file = Path.Combine(Path.GetTempPath(), $"hotline-{name}-{Port}.log");
        return File.Exists(file) ? string.Join('\n', File.ReadLines(file).TakeLast(5)) : "";
    }

    private void StartSimulator(string[] more) => simulator = Run(
        "Hotline.Simulator", "hotline-simulator.dll", [], [.. more, "--urls", Phones.ToString().TrimEnd('/'), "--hotline", Server.ToString().TrimEnd('/'), "--city", "off"]);

    private Process Run(string project, string assembly, Dictionary<string, string> settings, params string[] arguments)
    {
        var folder = Published is { } made ? Path.Combine(made, project == "Hotline" ? "server" : "simulator") : Path.Combine(Here.Parent!.Parent!.FullName, project, Here.Name);
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(folder, assembly));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(Path.GetTempPath(), $"hotline-{project}-{Port}.log"), append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>SIGTERM, so that the server stops its PostgreSQL; SIGKILL if it does not listen.</summary>
    private static async Task Stop(Process? process)
    {
        if (process is null || process.HasExited) return;
        using var term = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
