using System.Text.Json;

namespace Hotline.Http;

/// <summary>Reads a request's JSON by hand where a wrong body needs a better answer than the framework's.</summary>
public static class JsonBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The body, or the refusal: 415 not JSON by its type, 413 too large, 400 not JSON by its content.</summary>
    public static async Task<(JsonDocument? Body, Problem? Refusal)> Read(HttpContext http, int bytesMax, CancellationToken cancel)
    {
        if (!http.Request.HasJsonContentType()) return (null, new Problem(415, "unsupported-media"));
        if (await Bytes(http, bytesMax, cancel) is not { } bytes) return (null, new Problem(413, "too-large", bytesMax));
        try
        {
            return (JsonDocument.Parse(JsonMending.Mend(bytes, out _), Options), null);
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
