namespace Hotline.Store.Embedded;

/// <summary>A small file that its owner alone may read (0600), written whole or not at all.</summary>
public static class SecretFile
{
    public static void Write(string path, string text)
    {
        var aside = path + ".new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(aside, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
    }

    public static string ReadOrMake(string path, Func<string> make)
    {
        if (!File.Exists(path)) Write(path, make());
        return File.ReadAllText(path).Trim();
    }
}
