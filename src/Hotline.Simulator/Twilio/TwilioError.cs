namespace Hotline.Simulator.Twilio;

/// <summary>A refusal in the provider's words.</summary>
public sealed record TwilioError(int Code, string Message, int Status = 400)
{
    public static TwilioError Of(int code) => Known.TryGetValue(code, out var known)
        ? new(code, known.Message, known.Status)
        : new(code, $"Error {code}");

    public IResult Answer() => Results.Json(
        new { code = Code, message = Message, more_info = $"https://www.twilio.com/docs/errors/{Code}",
            status = Status },
        statusCode: Status);

    /// <summary>The words of a delivery's error code.</summary>
    public static string? Words(int? code) => code is { } given ? Of(given).Message : null;

    static readonly Dictionary<int, (string Message, int Status)> Known = new()
    {
        [20001] = ("Unknown parameters", 400),
        [20003] = ("Authenticate", 401),
        [20404] = ("The requested resource was not found", 404),
        [20429] = ("Too Many Requests", 429),
        [20500] = ("An internal server error has occurred", 500),
        [20503] = ("Service unavailable", 503),
        [21201] = ("No 'To' number is specified", 400),
        [21205] = ("Url is not a valid URL", 400),
        [21210] = ("'From' phone number not verified", 400),
        [21211] = ("Invalid 'To' Phone Number", 400),
        [21212] = ("Invalid From Number", 400),
        [21213] = ("'From' phone number is required", 400),
        [21214] = ("'To' phone number cannot be reached", 400),
        [21215] = ("Account not authorized to call the number", 400),
        [21216] = ("Account not allowed to call the number", 400),
        [21217] = ("Phone number does not appear to be valid", 400),
        [21220] = ("Call is not in-progress. Cannot redirect.", 400),
        [21266] = ("'To' and 'From' number cannot be the same", 400),
        [21408] = ("Permission to send an SMS has not been enabled for the region", 400),
        [21602] = ("Message body is required", 400),
        [21603] = ("A 'From' phone number is required", 400),
        [21604] = ("A 'To' phone number is required", 400),
        [21606] = ("The 'From' number is not a valid, SMS-capable number of your account", 400),
        [21608] = ("The number is unverified", 400),
        [21609] = ("Invalid 'StatusCallback' URL", 400),
        [21610] = ("Attempt to send to unsubscribed recipient", 400),
        [21611] = ("This 'From' number has exceeded the maximum number of queued messages", 400),
        [21612] = ("Message cannot be sent with the current combination of 'To' and/or 'From' parameters", 400),
        [21614] = ("'To' number is not a valid mobile number", 400),
        [21617] = ("The concatenated message body exceeds the 1600 character limit", 400),
        [21703] = ("The Messaging Service does not exist or contains no phone numbers", 400),
        [21718] = ("The 'ValidityPeriod' is out of range", 400),
        [30003] = ("Unreachable destination handset", 400),
        [30005] = ("Unknown destination handset", 400),
        [30006] = ("Landline or unreachable carrier", 400),
        [30007] = ("Message filtered", 400),
        [30036] = ("Validity Period expired", 400),
        [30409] = ("The message can no longer be canceled", 400),
    };
}
