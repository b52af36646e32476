using System.Collections.Frozen;
using System.Globalization;

namespace Hotline.Telephony;

/// <summary>What a gateway's refusal means to us; the core never sees a vendor's code.</summary>
public enum ErrorClass
{
    /// <summary>Never again to this number by this channel.</summary>
    PermanentAddress,

    /// <summary>Our account or sender is wrong: nobody can be reached this way until an operator mends it.</summary>
    SetUp,

    /// <summary>A defect of ours in the request.</summary>
    Request,

    /// <summary>Content or block list: another channel, never the same text again.</summary>
    Policy,

    /// <summary>May pass: another channel now, the same one later.</summary>
    Temporary,

    /// <summary>Certainly not processed; wait and repeat.</summary>
    NotProcessed,

    /// <summary>May have been accepted: reconcile, never repeat blindly.</summary>
    UnknownOutcome,

    /// <summary>What was asked for has happened already.</summary>
    AlreadyOver,
}

/// <summary>Why something did not arrive: its class, and the vendor's own word for the record.</summary>
public sealed record Cause(ErrorClass Class, string Code)
{
    private const int OptedOut = 21610;

    public bool IsOptOut => Code == OptedOut.ToString(CultureInfo.InvariantCulture);

    public static Cause? OfTwilio(int? code) =>
        code is { } known ? new(ErrorClasses.OfDelivery(known), known.ToString(CultureInfo.InvariantCulture)) : null;
}

/// <summary>The vendor's codes by class. A moving list: an unknown code is judged by where it came from.</summary>
public static class ErrorClasses
{
    private static readonly FrozenDictionary<int, ErrorClass> ByCode = new Dictionary<ErrorClass, int[]>
    {
        [ErrorClass.SetUp] = [10001, 20003, 20404, 21210, 21212, 21215, 21408, 21603, 21606, 21608, 21609, 21612, 21703, 30002, 30018],
        [ErrorClass.Request] = [11100, 21201, 21205, 21602, 21604, 21617, 21619, 90007],
        [ErrorClass.Policy] = [13225, 21216, 30004, 30007, 30034, 30450],
        [ErrorClass.NotProcessed] = [20429],
        [ErrorClass.UnknownOutcome] = [20500, 20503],
        [ErrorClass.PermanentAddress] = [21211, 21214, 21217, 21610, 21614, 30005, 30006],
        [ErrorClass.AlreadyOver] = [21220, 30409],
        [ErrorClass.Temporary] = [21611, 30001, 30003, 30008, 30017, 30036, 30410, 30500],
    }.SelectMany(row => row.Value.Select(code => (code, row.Key))).ToFrozenDictionary(pair => pair.code, pair => pair.Key);

    /// <summary>The class of an answer to a create, update or fetch.</summary>
    public static ErrorClass OfAnswer(int httpStatus, int? code) =>
        httpStatus switch
        {
            429 => ErrorClass.NotProcessed,
            >= 500 => ErrorClass.UnknownOutcome,
            401 or 403 => ErrorClass.SetUp,
            _ => code is { } known && ByCode.TryGetValue(known, out var found) ? found : ErrorClass.Request,
        };

    /// <summary>The class of the ErrorCode that a delivery ended with.</summary>
    public static ErrorClass OfDelivery(int? code) =>
        code is { } known && ByCode.TryGetValue(known, out var found) ? found : ErrorClass.Temporary;
}
