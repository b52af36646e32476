using System.Text.Json;

namespace Hotline.Http;

/// <summary>Reads a request's JSON by hand where a wrong body needs a better answer than the framework's.</summary>
public static class JsonBody
{
    private const int DepthMax = 32;

    /// <summary>The body, or the refusal: 415 not JSON by its type, 413 too large, 400 not JSON by its content.</summary>
    public static async Task<(JsonDocument? Body, Problem? Refusal)> Read(HttpContext http, int bytesMax, CancellationToken cancel) =>
        http.Request.HasJsonContentType() ? Parse(http, await Bytes(http, bytesMax, cancel), bytesMax) : (null, new Problem(415, "unsupported-media"));

    /// <summary>The same of bytes that were read before; null bytes were too many.</summary>
    public static (JsonDocument? Body, Problem? Refusal) Parse(HttpContext http, byte[]? bytes, int bytesMax, int depthMax = DepthMax)
    {
        if (!http.Request.HasJsonContentType()) return (null, new Problem(415, "unsupported-media"));
        if (bytes is null) return (null, new Problem(413, "too-large", bytesMax));
        try
        {
            return (JsonDocument.Parse(JsonMending.Mend(bytes, out _), new JsonDocumentOptions { MaxDepth = depthMax }), null);
        }
        catch (JsonException wrong)
        {
            return (null, new Problem(400, "malformed", $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine}"));
        }
    }

    /// <summary>The body's bytes; null when there are more than allowed.</summary>
    public static async Task<byte[]?> Bytes(HttpContext http, int bytesMax, CancellationToken cancel)
    {
        if (http.Request.ContentLength > bytesMax) return null;
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > bytesMax) return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
