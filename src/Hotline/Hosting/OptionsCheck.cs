using System.Text.RegularExpressions;
using Hotline.Store;
using Hotline.Store.Sealing;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>Everything that is wrong with the settings, a line each, before anything starts. No line holds a secret.</summary>
public static partial class OptionsCheck
{
    public static IReadOnlyList<string> Mistakes(HotlineOptions options) =>
    [
        .. options.Unreadable,
        .. AddressMistakes(options),
        .. options.Demo ? DemoMistakes(options) : GatewayMistakes(options),
        .. TemplateGatewayMistakes(options.TemplateGateway),
        .. options.Demo ? [] : DatabaseMistakes(options),
        .. FolderMistakes(options),
        .. KeyMistakes(options),
        .. options.Redis is { } redis && Peers.Read(redis) is null
            ? ["Hotline:Redis is not an address of Redis (HOST:PORT, or HOST:PORT,password=…)."] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> AddressMistakes(HotlineOptions options)
    {
        if (Addresses.Read(options.Url) is not { } url)
            yield return $"Hotline:Url is \"{options.Url}\": write an address to listen on, e.g. http://127.0.0.1:8080.";
        else if (url.PathAndQuery != "/")
            yield return "Hotline:Url has a path: write scheme, host and port alone.";
        if (options.PublicUrl is { } shown && Addresses.Read(shown) is null)
            yield return $"Hotline:PublicUrl is \"{shown}\": write the http or https address under which others reach us.";
        if (options.DeadManUrl is { } outside && !(Uri.TryCreate(outside, UriKind.Absolute, out var watcher) && watcher.Scheme is "http" or "https"))
            yield return "Hotline:DeadManUrl is not an address: write the http or https address of whoever is to hear each minute that all is well.";
        if (options.Twilio.BaseUrl is { } gateway && Addresses.Read(gateway) is null)
            yield return $"Hotline:Twilio:BaseUrl is \"{gateway}\": write an absolute http or https address.";
    }

    private static IEnumerable<string> DemoMistakes(HotlineOptions options)
    {
        const string Why = "Demo data must never meet real people or real records.";
        if (options.Database is not null || options.KeyDatabase is not null)
            yield return "Hotline:Demo runs on the embedded database alone: take Hotline:Database and KeyDatabase away. " + Why;
        if (Addresses.Read(options.Url) is { } url && !Addresses.IsLoopback(url))
            yield return "Hotline:Demo listens on loopback alone: Hotline:Url is another address. " + Why;
        if (options.PublicUrl != options.Url && Addresses.Read(options.PublicUrl) is { } shown && !Addresses.IsLoopback(shown))
            yield return "Hotline:Demo is for this machine alone: Hotline:PublicUrl is another address. " + Why;
        if (options.Twilio.BaseUrl is null)
            yield return "Hotline:Demo needs the port behind Hotline:Url for the simulator: choose a lower one.";
        else if (Addresses.Read(options.Twilio.BaseUrl) is { } gateway && !Addresses.IsLoopback(gateway))
            yield return "Hotline:Demo calls the simulator alone: Hotline:Twilio:BaseUrl is another address. " + Why;
        if (!options.TemplateGateway.IsAbsent && (Addresses.Read(options.TemplateGateway.BaseUrl) is not { } templates || !Addresses.IsLoopback(templates)))
            yield return "Hotline:Demo calls the simulator alone: Hotline:TemplateGateway:BaseUrl is another address. " + Why;
    }

    /// <summary>All of it or nothing: half a gateway would be found out by the first page to the mainland.</summary>
    private static IEnumerable<string> TemplateGatewayMistakes(TemplateGatewayOptions given)
    {
        if (given.IsAbsent) yield break;
        if (given.BaseUrl is { } url && Addresses.Read(url) is null)
            yield return $"Hotline:TemplateGateway:BaseUrl is \"{url}\": write an absolute http or https address.";
        if (given.AccessKeyId.Length == 0 || given.AccessKeySecret.Length == 0)
            yield return "Hotline:TemplateGateway:AccessKeyId or AccessKeySecret is missing: no request to the mainland's gateway could be signed.";
        if (given.SignName.Length == 0 || given.SignName.StartsWith('【'))
            yield return "Hotline:TemplateGateway:SignName is missing, or written with its brackets: give the registered signature alone.";
        foreach (var (name, code) in new[] { ("PageTemplate", given.PageTemplate), ("BundleTemplate", given.BundleTemplate) })
            if (!TemplateCode().IsMatch(code))
                yield return $"Hotline:TemplateGateway:{name} is missing or not a code like SMS_123456789: register the texts of ops/README.md first.";
        if (given.PushKey.Length < PushKeyMin)
            yield return $"Hotline:TemplateGateway:PushKey is missing or shorter than {PushKeyMin} characters: without it no receipt or reply can be trusted.";
    }

    private static IEnumerable<string> GatewayMistakes(HotlineOptions options)
    {
        var twilio = options.Twilio;
        if (!AccountSid().IsMatch(twilio.AccountSid))
            yield return "Hotline:Twilio:AccountSid is missing or not AC and 32 hexadecimal digits: nobody could be paged.";
        if (twilio.AuthToken.Length == 0)
            yield return "Hotline:Twilio:AuthToken is missing: without it no webhook can be trusted.";
        if (!Number().IsMatch(twilio.From))
            yield return "Hotline:Twilio:From is missing or not a number like +15005550006.";
        var unreachable = options.PublicUrl is null
            || (Addresses.Read(options.PublicUrl) is { } shown && Addresses.IsLoopback(shown));
        if (twilio.BaseUrl is null && unreachable)
            yield return "Hotline:PublicUrl is missing: Twilio must reach our webhooks under a public address.";
    }

    private static IEnumerable<string> DatabaseMistakes(HotlineOptions options)
    {
        if (options.Database is null)
        {
            if (options.KeyDatabase is not null)
                yield return "Hotline:KeyDatabase is set without Hotline:Database: give both, or neither for the embedded database.";
            yield break;
        }
        var main = Parse(options.Database);
        if (main is null) yield return "Hotline:Database is not a connection string (Host=…;Database=…;Username=…;Password=…).";
        if (options.KeyDatabase is null)
        {
            yield return "Hotline:KeyDatabase is missing: keys are kept in a database of their own, out of the main backup.";
            yield break;
        }
        var keys = Parse(options.KeyDatabase);
        if (keys is null) yield return "Hotline:KeyDatabase is not a connection string (Host=…;Database=…;Username=…;Password=…).";
        if (main is not null && keys is not null
            && (main.Host, main.Port, main.Database) == (keys.Host, keys.Port, keys.Database))
            yield return "Hotline:KeyDatabase is the same database as Hotline:Database: keys need one of their own.";
    }

    private static IEnumerable<string> FolderMistakes(HotlineOptions options)
    {
        if (options.Policy is { } policy && !Directory.Exists(policy))
            yield return $"Hotline:Policy names {policy}, and there is no such folder.";
        if (options.PostgresBinaries is { } binaries && !Directory.Exists(binaries))
            yield return $"Hotline:PostgresBinaries names {binaries}, and there is no such folder.";
        if (File.Exists(options.DataDirectory))
            yield return $"Hotline:DataDirectory names {options.DataDirectory}, and that is a file.";
    }

    private static IEnumerable<string> KeyMistakes(HotlineOptions options)
    {
        if (options.MasterKey is null)
        {
            if (options.Database is not null && !options.Demo)
                yield return "Hotline:MasterKey is missing: give 32 bytes in base64, or file:PATH of a file with them.";
            yield break;
        }
        string? mistake = null;
        try
        {
            MasterKey.Parse(options.MasterKey);
        }
        catch (StartRefusedException refused)
        {
            mistake = refused.Message;
        }
        if (mistake is not null) yield return mistake;
    }

    private static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            return parsed.Host is { Length: > 0 } && parsed.Database is { Length: > 0 } ? parsed : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private const int PushKeyMin = 24;

    [GeneratedRegex(@"^SMS_[0-9]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TemplateCode();

    [GeneratedRegex(@"^AC[0-9a-fA-F]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountSid();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
