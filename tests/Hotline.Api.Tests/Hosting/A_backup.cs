using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Store.Sealing;

namespace Hotline.Api.Tests.Hosting;

/// <summary>Rehearsed as an operator does it: dumped beside the running server, taken apart, brought back on an empty machine.</summary>
public sealed class A_backup(Rehearsal rehearsal) : IClassFixture<Rehearsal>
{
    [Fact]
    public async Task taken_beside_the_running_server_brings_everything_back_on_an_empty_machine()
    {
        var (main, keys) = (rehearsal.Dump("main-1", "main"), rehearsal.Dump("keys-1", "keys"));
        Encoding.UTF8.GetString(await File.ReadAllBytesAsync(main)).ShouldNotContain(Rehearsal.Told);
        Directory.EnumerateFiles(Path.GetDirectoryName(main)!).ShouldAllBe(f => f.Contains("hotline-main-"));
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(main).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var (code, said) = await rehearsal.Restore("home-b", main, keys);
        code.ShouldBe(0, said);
        var port = ServerProcess.FreePort();
        await using var again = ServerProcess.Start(rehearsal.Demo("home-b", port));
        var after = await Rehearsal.Look(again, port, rehearsal.Number);
        after["content"]!["situationText"]!.GetValue<string>().ShouldBe(Rehearsal.Told);
        foreach (var part in new[] { "reportNumber", "receivedAt", "contentHash", "state", "version", "cases", "clocks", "content" })
            after[part]?.ToJsonString().ShouldBe(rehearsal.Before[part]?.ToJsonString(), part);
    }

    [Fact]
    public async Task that_is_damaged_swapped_foreign_or_too_old_is_refused_and_leaves_nothing()
    {
        var (main, oldKeys, keys) = (rehearsal.Dump("main-2", "main"), rehearsal.Dump("keys-1", "keys"), rehearsal.Dump("keys-2", "keys"));
        async Task Refused(string why, string mainDump, string keysDump, bool foreign = false)
        {
            var (code, said) = await rehearsal.Restore("home-c", mainDump, keysDump, foreign);
            code.ShouldNotBe(0, why);
            said.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(why);
        }
        await Refused("no key in this key store", main, oldKeys);
        await Refused("not a dump of the main database", keys, keys);
        await Refused("different master keys", main, keys, foreign: true);
        var broken = rehearsal.Damaged(main);
        await Refused("damaged", broken, keys);

        // Nothing of the refused ones stands in the way of the right one; and what stands is never written over.
        (await rehearsal.Restore("home-c", main, keys)).ExitCode.ShouldBe(0);
        await Refused("not empty", main, keys);
    }
}

/// <summary>A report, a backup beside the running server, a report of persons nobody knew before, a second backup.</summary>
public sealed class Rehearsal : IAsyncLifetime
{
    public const string Told = "孩子躲在柜子里，说父亲又喝酒了。";

    /// <summary>A key each, together more than are made ahead, so that some are newer than the first dump.</summary>
    private const int Classes = 6, Pupils = 20;

    private readonly string folder = Directory.CreateTempSubdirectory("hotline-backup-").FullName;

    /// <summary>The first report as the desk saw it before the backup.</summary>
    public JsonNode Before { get; private set; } = null!;

    public string Number { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // As root the database's own user must be able to walk through.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var port = ServerProcess.FreePort();
        await using var server = ServerProcess.Start(Demo("home-a", port));
        await server.Answers($"http://127.0.0.1:{port}");
        Number = await FileOne(port, Told, "yes", 1);
        Before = await Look(server, port, Number);
        await Take("1", port);
        for (var each = 0; each < Classes; each++) await FileOne(port, "一个班的孩子", "no", Pupils);
        await Take("2", port);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    public async Task<(int ExitCode, string Errors)> Restore(string home, string main, string keys, bool foreign = false)
    {
        var a = Path.Combine(folder, "home-a");
        string[] shares = [MasterKeyFile.SharePathIn(a, 1), foreign ? RecoveryShares.Split(MasterKey.Make())[2] : MasterKeyFile.SharePathIn(a, 3)];
        return await ServerProcess.Run(Demo(home, ServerProcess.FreePort()), ["restore", main, keys, .. shares]);
    }

    public string Dump(string where, string what) => Directory.EnumerateFiles(Path.Combine(folder, where), $"hotline-{what}-*.dump").Single();

    /// <summary>The same dump with one bit turned, its note beside it.</summary>
    public string Damaged(string dump)
    {
        var broken = Path.Combine(folder, "broken.dump");
        var bytes = File.ReadAllBytes(dump);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(broken, bytes);
        File.Copy(dump + ".json", broken + ".json");
        return broken;
    }

    public Dictionary<string, string> Demo(string home, int port) => new()
    {
        ["DEMO"] = "true", ["URL"] = $"http://127.0.0.1:{port}", ["DATADIRECTORY"] = Path.Combine(folder, home), ["TWILIO__BASEURL"] = "http://127.0.0.1:1",
    };

    public static async Task<JsonNode> Look(ServerProcess server, int port, string number)
    {
        await server.Answers($"http://127.0.0.1:{port}");
        using var http = await SignedIn(port, "duty");
        return (await http.GetFromJsonAsync<JsonObject>($"/api/reports/{number}"))!;
    }

    private async Task Take(string number, int port)
    {
        var (code, errors) = await ServerProcess.Run(
            Demo("home-a", port), "backup", Path.Combine(folder, "main-" + number), Path.Combine(folder, "keys-" + number));
        code.ShouldBe(0, errors);
    }

    private static async Task<string> FileOne(int port, string text, string danger, int children)
    {
        using var http = await SignedIn(port, "school");
        var answer = await http.PostAsJsonAsync("/api/reports", new
        {
            channel = "Api", category = "DV", situationText = text, locationDivision = "440199",
            immediateDanger = new Dictionary<string, string>
            {
                ["lifeThreat"] = danger, ["seriousInjury"] = "no", ["suspectPresent"] = "no", ["weaponOrOngoing"] = "no", ["selfHarm"] = "no",
                ["youngAlone"] = "no", ["missingOrTaken"] = "no",
            },
            children = Enumerable.Range(1, children).Select(n => new { name = $"测试儿童{n}", sex = "Female", ageEstimate = 9 }),
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["reportNumber"]!.GetValue<string>();
    }

    private static async Task<HttpClient> SignedIn(int port, string user)
    {
        var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        var answer = await http.PostAsJsonAsync("/api/sessions", new { user, password = "hotline-demo" });
        answer.EnsureSuccessStatusCode();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>());
        return http;
    }
}
