using System.Globalization;

namespace Hotline.Simulator.Twilio;

/// <summary>A text as the provider keeps it. Changed only inside <see cref="World.Change(Action)"/>.</summary>
public sealed class TextMessage
{
    public required string Sid { get; init; }
    public required string Direction { get; init; }
    public string? From { get; set; }
    public required string To { get; init; }
    public required string Body { get; set; }
    public required string Status { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    /// <summary>When the phone showed it.</summary>
    public DateTimeOffset? ArrivedAt { get; set; }
    public int? ErrorCode { get; set; }
    /// <summary>By which gateway it goes; the template gateway has ids, templates and error words of its own.</summary>
    public string Gateway { get; init; } = "twilio";
    public string? OutId { get; init; }
    public string? Template { get; init; }
    public string? ErrorWord => ErrorCode switch
    {
        null => null,
        30003 => "MOBILE_NOT_REACHABLE",
        30005 => "MOBILE_NOT_ON_SERVICE",
        30007 => "CONTENT_KEYWORD",
        var other => $"SP_{other}",
    };
    public string? ServiceSid { get; init; }
    public string? StatusCallback { get; init; }
    public TimeSpan Validity { get; init; } = TimeSpan.FromHours(10);
    public DateTimeOffset? SendAt { get; init; }
    public Phones.DeliveryPlan? Plan { get; init; }
    public int NumMedia { get; init; }

    public bool Inbound => Direction == "inbound";

    /// <summary>A final status is never left again.</summary>
    public bool Over => Status is "delivered" or "undelivered" or "failed" or "canceled" or "received";

    /// <summary>The resource as the API prints it.</summary>
    public object Resource(string account)
    {
        var uri = $"/2010-04-01/Accounts/{account}/Messages/{Sid}.json";
        return new
        {
            body = Body,
            // A service has not split the text before it has picked a sender.
            num_segments = From is null ? "0" : Segments.Of(Body).Count.ToString(CultureInfo.InvariantCulture),
            direction = Direction,
            from = From,
            to = To,
            date_updated = Rfc2822.Of(UpdatedAt),
            price = (string?)null,
            error_message = TwilioError.Words(ErrorCode),
            uri,
            account_sid = account,
            num_media = NumMedia.ToString(CultureInfo.InvariantCulture),
            status = Status,
            messaging_service_sid = ServiceSid,
            sid = Sid,
            date_sent = SentAt is { } sent ? Rfc2822.Of(sent) : null,
            date_created = Rfc2822.Of(CreatedAt),
            error_code = ErrorCode,
            price_unit = (string?)null,
            api_version = "2010-04-01",
            subresource_uris = new { media = uri.Replace(".json", "/Media.json", StringComparison.Ordinal) },
        };
    }
}

/// <summary>The provider's way to write a moment.</summary>
public static class Rfc2822
{
    public static string Of(DateTimeOffset at) =>
        at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    /// <summary>A filter's day or moment; null if it is neither.</summary>
    public static DateTimeOffset? Parse(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
