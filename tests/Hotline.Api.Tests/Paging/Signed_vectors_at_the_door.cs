using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Api.Tests.Simulator;
using Hotline.Http;
using Hotline.Telephony;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hotline.Api.Tests.Paging;

/// <summary>The vendor's own signatures over the wire, byte for byte: what a client library sends would be encoded anew.</summary>
public sealed class Signed_vectors_at_the_door : IAsyncLifetime
{
    private const string Vectors = "signature-vectors.json";
    private WebApplication door = null!;
    private TwilioSettings settings = null!;

    public static IEnumerable<TheoryDataRow<string>> Ids => TwilioFiles.Ids(Vectors)
        .Where(row => TwilioFiles.Vector(Vectors, row.Data) is var v && (string?)v["kind"] == "form" && (string?)v["method"] == "POST");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        door = builder.Build();
        door.UseProblems();
        door.MapPost("/{**rest}", () => Results.NoContent())
            .AddEndpointFilter((call, next) => new Webhook(settings, NullLogger<Webhook>.Instance).InvokeAsync(call, next));
        await door.StartAsync();
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();

    [Theory, MemberData(nameof(Ids))]
    public async Task Case_31_are_let_in_or_refused_as_the_vendor_judges(string id)
    {
        var vector = TwilioFiles.Vector(Vectors, id);
        var url = (string)vector["url"]!;
        var path = url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3);
        settings = new TwilioSettings
        {
            BaseUrl = TwilioSettings.RealService, AccountSid = "AC" + new string('a', 32), AuthToken = (string)vector["authToken"]!, From = "+15005550006",
            PublicUrl = new Uri(url[..path]),
        };
        (await Status(url[path..], vector)).ShouldBe((bool)vector["valid"]! ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden);
    }

    private async Task<HttpStatusCode> Status(string target, JsonNode vector)
    {
        var address = new Uri(door.Urls.First());
        using var line = new TcpClient();
        await line.ConnectAsync(address.Host, address.Port);
        await using var stream = line.GetStream();
        var body = Encoding.UTF8.GetBytes((string?)vector["rawBody"] ?? "");
        var head = $"POST {target} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + $"Content-Length: {body.Length}\r\nX-Twilio-Signature: {(string?)vector["signature"]}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return (HttpStatusCode)int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
