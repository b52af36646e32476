using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Provider words in their order. Callbacks come twice, late and out of order; the later stage wins, and nothing
/// follows a final word.</summary>
public static class Statuses
{
    private const int Final = 9;

    public static int Rank(string? status) => status switch
    {
        "accepted" or "scheduled" or "queued" or "initiated" => 1,
        "sending" or "ringing" => 2,
        "sent" or "in-progress" or "answered" => 3,
        "delivered" or "read" or "undelivered" or "failed" or "canceled" or "completed" or "busy" or "no-answer" => Final,
        _ => 0,
    };

    public static bool IsFinal(string? status) => Rank(status) == Final;

    public static bool Advances(string? known, string said) => Rank(said) > Rank(known);

    /// <summary>Why an attempt that ended with this word reached nobody; null while it still may, or did.</summary>
    public static AttemptFailed? Failure(Guid attempt, string channel, string status, Cause? cause) => status switch
    {
        "failed" or "undelivered" or "canceled" => cause is null ? new(attempt, "not-delivered", MoveOn: false) : new(attempt, Why(cause), MovesOn(cause.Class)),
        "busy" or "no-answer" => new(attempt, status, MoveOn: false),
        // A line was open; voicemail answers too. Only a pressed key is an answer.
        "completed" when channel == Channels.Call => new(attempt, "no-key-pressed", MoveOn: false),
        _ => null,
    };

    public static string Why(Cause cause) => cause.Class switch
    {
        ErrorClass.PermanentAddress when cause.IsOptOut => "opted-out",
        ErrorClass.PermanentAddress => "number-invalid",
        ErrorClass.SetUp => "gateway-set-up",
        ErrorClass.Request => "request-refused",
        ErrorClass.Policy => "blocked-by-provider",
        _ => "not-reachable",
    };

    public static bool MovesOn(ErrorClass kind) =>
        kind is ErrorClass.PermanentAddress or ErrorClass.SetUp or ErrorClass.Request or ErrorClass.Policy;
}

/// <summary>Channel names of the packs.</summary>
public static class Channels
{
    public const string Sms = "sms";
    public const string Call = "call";
}
