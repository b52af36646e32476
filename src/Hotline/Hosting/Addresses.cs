using System.Net;
using System.Net.Sockets;

namespace Hotline.Hosting;

/// <summary>Web addresses as the settings give them.</summary>
public static class Addresses
{
    /// <summary>An absolute http or https address, or null. Kestrel's <c>http://*:80</c> counts as every address.</summary>
    public static Uri? Read(string? text) =>
        Uri.TryCreate(text?.Replace("://*", "://0.0.0.0").Replace("://+", "://0.0.0.0"), UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? url
            : null;

    public static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether we may listen there now. Names and port 0 are Kestrel's own to judge.</summary>
    public static bool CanListen(string text)
    {
        if (Read(text) is not { Port: > 0 } url) return true;
        var address = url.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(url.Host.Trim('[', ']'), out var given) ? given : null;
        if (address is null) return true;
        try
        {
            using var probe = new TcpListener(address, url.Port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
