using System.Net;
using System.Net.Sockets;
using Hotline.Store.Sealing;

namespace Hotline.Api.Tests.Hosting;

public sealed class A_start : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hotline-start-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task with_wrong_settings_says_a_line_for_each_and_makes_nothing()
    {
        var (code, errors) = await ServerProcess.Run(new Dictionary<string, string>
        {
            ["DEMO"] = "true", ["URL"] = "http://0.0.0.0:8080", ["DATABASE"] = "Host=db;Database=x;Password=not-for-eyes", ["DATADIRECTORY"] = folder,
        });
        code.ShouldNotBe(0);
        var lines = errors.Trim().Split('\n');
        lines.ShouldAllBe(line => line.StartsWith("hotline: Hotline:"));
        lines.Length.ShouldBe(2, errors);
        errors.ShouldNotContain("not-for-eyes");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task on_a_taken_port_says_so_and_makes_nothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (code, errors) = await ServerProcess.Run(Demo(((IPEndPoint)other.LocalEndpoint).Port));
        code.ShouldNotBe(0);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("port");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task without_its_database_says_which_one()
    {
        var (code, errors) = await ServerProcess.Run(new Dictionary<string, string>
        {
            ["URL"] = $"http://127.0.0.1:{ServerProcess.FreePort()}",
            ["PUBLICURL"] = "https://hotline.example.org",
            ["DATABASE"] = $"Host=127.0.0.1;Port={ServerProcess.FreePort()};Database=x;Username=u;Password=not-for-eyes",
            ["KEYDATABASE"] = "Host=127.0.0.1;Database=y;Username=u;Password=not-for-eyes",
            ["MASTERKEY"] = Convert.ToBase64String(new byte[32]),
            ["TWILIO__ACCOUNTSID"] = "AC" + new string('b', 32),
            ["TWILIO__AUTHTOKEN"] = "not-for-eyes",
            ["TWILIO__FROM"] = "+15005550006",
        });
        code.ShouldNotBe(0);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("Hotline:Database");
        errors.ShouldNotContain("not-for-eyes");
    }

    [Fact]
    public async Task stops_in_good_order_survives_a_kill_and_never_turns_productive_or_goes_on_without_its_key()
    {
        var port = ServerProcess.FreePort();
        await using (var first = ServerProcess.Start(Demo(port)))
        {
            await first.Answers($"http://127.0.0.1:{port}");
            first.Kill();
            await first.End();
        }
        File.Exists(Path.Combine(folder, "postgres", "postmaster.pid")).ShouldBeTrue();
        await using (var second = ServerProcess.Start(Demo(port)))
        {
            await second.Answers($"http://127.0.0.1:{port}");
            (await second.Terminate()).ShouldBe((0, ""));
        }
        File.Exists(Path.Combine(folder, "postgres", "postmaster.pid")).ShouldBeFalse();

        var (code, errors) = await ServerProcess.Run(Productive(port));
        code.ShouldNotBe(0);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("demo data");

        File.Delete(MasterKeyFile.PathIn(folder));
        (code, errors) = await ServerProcess.Run(Demo(port));
        code.ShouldNotBe(0);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("master key is missing");

        (code, errors) = await ServerProcess.Run(
            Demo(port), "keys", "recover", MasterKeyFile.SharePathIn(folder, 1), MasterKeyFile.SharePathIn(folder, 3));
        code.ShouldBe(0, errors);
        (code, errors) = await ServerProcess.Run(Demo(port), "migrate");
        code.ShouldBe(0, errors);
        File.Exists(Path.Combine(folder, "postgres", "postmaster.pid")).ShouldBeFalse();
    }

    private Dictionary<string, string> Demo(int port) => new()
    {
        ["DEMO"] = "true", ["URL"] = $"http://127.0.0.1:{port}", ["DATADIRECTORY"] = folder,
    };

    private Dictionary<string, string> Productive(int port) => new()
    {
        ["URL"] = $"http://127.0.0.1:{port}",
        ["DATADIRECTORY"] = folder,
        ["TWILIO__BASEURL"] = "http://127.0.0.1:1",
        ["TWILIO__ACCOUNTSID"] = "AC" + new string('b', 32),
        ["TWILIO__AUTHTOKEN"] = "token",
        ["TWILIO__FROM"] = "+15005550006",
    };
}
