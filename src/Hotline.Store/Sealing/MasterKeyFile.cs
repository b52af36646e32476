using Hotline.Store.Embedded;

namespace Hotline.Store.Sealing;

/// <summary>The master key as a 0600 file in the data directory, with its recovery shares beside it until somebody moves
/// them apart.</summary>
public static class MasterKeyFile
{
    public const string Name = "master.key";

    public static string PathIn(string folder) => Path.Combine(folder, Name);

    public static string SharePathIn(string folder, int number) => Path.Combine(folder, $"recovery-share-{number}.txt");

    /// <summary>Reads the key, or makes it on the very first start. A key store that already holds keys wants its own key:
    /// a new one would open nothing.</summary>
    public static MasterKey ReadOrMake(string folder, bool keysExist)
    {
        var path = PathIn(folder);
        if (File.Exists(path)) return MasterKey.Read(path);
        if (keysExist)
        {
            throw new StartRefusedException(
                $"The master key is missing ({path}), but values are already sealed under it: put it back, "
                + "or run: hotline keys recover SHARE SHARE");
        }
        var key = MasterKey.Make();
        Store(folder, key);
        return key;
    }

    /// <summary>Writes a recovered key where the server looks for it.</summary>
    public static void Restore(string folder, MasterKey key)
    {
        var path = PathIn(folder);
        if (File.Exists(path) && MasterKey.Read(path).Id != key.Id)
            throw new StartRefusedException($"{path} holds another master key: move it away first.");
        SecretFile.Write(path, key.Base64 + "\n");
    }

    // Shares first: a crash in between leaves shares of a key that never sealed anything, and the next start writes new ones.
    private static void Store(string folder, MasterKey key)
    {
        var number = 0;
        foreach (var share in RecoveryShares.Split(key)) SecretFile.Write(SharePathIn(folder, ++number), Note(share, number));
        SecretFile.Write(PathIn(folder), key.Base64 + "\n");
    }

    private static string Note(string share, int number) => $"""
        # 主密钥恢复份额 {number}/3：任意两份即可恢复主密钥。请立即把三份分别交给三个人、存放在三处，并从本机删除。
        # Recovery share {number} of 3 of the master key: any two of them recover it. Move the three apart now, to three
        # people and three places, and delete them here. Recover with: hotline keys recover SHARE SHARE
        {share}

        """;

    /// <summary>A share as given on the command line: the share itself, or a file that holds it.</summary>
    public static string ReadShare(string argument) =>
        File.Exists(argument)
            ? File.ReadLines(argument).FirstOrDefault(line => line.Length > 0 && line[0] != '#') ?? ""
            : argument;
}
