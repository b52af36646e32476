using Hotline.Security;
using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Sealing;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>What an operator runs beside the server: <c>hotline migrate</c>, <c>hotline keys recover SHARE SHARE</c>,
/// <c>hotline admin create USER</c>, <c>hotline backup</c> and <c>hotline restore</c>.</summary>
public static class OperatorCommands
{
    /// <summary>The exit code, or null when the words are none of ours.</summary>
    public static async Task<int?> TryRun(string[] args, CancellationToken cancel = default)
    {
        Func<Task>? command = args switch
        {
            ["migrate", ..] => () => Migrate(args[1..], cancel),
            ["keys", "recover", var one, var other] => () => Recover(one, other, cancel),
            ["keys", ..] => () => throw new StartRefusedException(
                "Say: hotline keys recover SHARE SHARE (two shares, or the files that hold them)."),
            ["admin", "create", var user] => () => CreateAdmin(user, cancel),
            ["backup", var main, var keys] => () => Backups.Take(Options(), main, keys, Console.Out, cancel),
            ["backup", ..] => () => throw new StartRefusedException("Say: hotline backup MAIN-FOLDER KEYS-FOLDER (two different places)."),
            ["restore", var main, var keys] => () => Backups.Restore(Options(), main, keys, null, Console.Out, cancel),
            ["restore", var main, var keys, var one, var other] => () => Backups.Restore(Options(), main, keys, (one, other), Console.Out, cancel),
            ["restore", ..] => () => throw new StartRefusedException(
                "Say: hotline restore MAIN-DUMP KEYS-DUMP [SHARE SHARE] (two recovery shares of the master key, or the files that hold them)."),
            ["admin", ..] => () => throw new StartRefusedException("Say: hotline admin create USER"),
            _ => null,
        };
        if (command is null) return null;
        try
        {
            await command();
            return 0;
        }
        catch (StartRefusedException refused)
        {
            return await HostingRoom.Refuse(refused.Message);
        }
    }

    private static HotlineOptions Options() => HotlineOptions.Of(WebApplication.CreateSlimBuilder([]).Configuration);

    private static async Task Migrate(string[] args, CancellationToken cancel)
    {
        await using var app = WebApplication.CreateSlimBuilder(args).AddHosting().Build();
        await app.Services.StartDatabases(cancel);
        await Console.Out.WriteLineAsync("The databases are up to date.");
    }

    private static async Task CreateAdmin(string user, CancellationToken cancel)
    {
        await using var app = WebApplication.CreateSlimBuilder([]).AddHosting().Build();
        await app.Services.StartDatabases(cancel);
        var said = new StringWriter();
        var made = await AdminCommand.Create(
            app.Services.GetRequiredService<NpgsqlDataSource>(), user, new PasswordHasher<Account>(), TimeProvider.System, said, cancel);
        if (made != 0) throw new StartRefusedException(said.ToString().Trim());
        await Console.Out.WriteAsync(said.ToString());
    }

    private static async Task Recover(string one, string other, CancellationToken cancel)
    {
        var options = Options();
        var key = RecoveryShares.Recover(MasterKeyFile.ReadShare(one), MasterKeyFile.ReadShare(other));
        var home = await DataDirectory.Choose(options.DataDirectory, cancel);
        MasterKeyFile.Restore(home.Folder, key);
        await Console.Out.WriteLineAsync($"Master key {key.Id} recovered to {MasterKeyFile.PathIn(home.Folder)}.");
    }
}
