using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Calls;

/// <summary>What a telephone did, in nobody's vendor's words.</summary>
/// <param name="Reference">The call's id at whoever keeps the telephone.</param>
/// <param name="What">One of <see cref="Known"/>.</param>
/// <param name="At">When, by their clock.</param>
public sealed record TelephoneEvent(string Reference, string What, DateTimeOffset? At = null)
{
    public const string Ringing = "ringing";
    public const string Answered = "answered";
    public const string Held = "held";
    public const string Resumed = "resumed";
    public const string Dropped = "dropped";
    public const string Ended = "ended";
    public const string Recording = "recording";

    /// <summary>Somebody wrote instead of calling; only our own line hears of those.</summary>
    public const string Text = "text";

    public static readonly ImmutableArray<string> Known = [Ringing, Answered, Held, Resumed, Dropped, Ended, Recording];

    private const int ReferenceMax = 200;
    private const int NumberMax = 64;

    /// <summary>The caller's number as it was shown; a withheld one has many spellings.</summary>
    public string? From { get; init; }

    public string? Division { get; init; }

    /// <summary>The user name of whoever took the call, or whose call it is.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>Where the recording lies with the call centre.</summary>
    public string? RecordingReference { get; init; }

    public bool RecordingAnnounced { get; init; }
    public bool Exercise { get; init; }

    /// <summary>What was written.</summary>
    public string? Words { get; init; }

    /// <summary>By this it is heard once. A telephone may be held and resumed several times in one call, but not at one moment.</summary>
    public string Key => At is { } at && What is Held or Resumed or Recording ? $"{What} {at.ToUniversalTime():O}"
        : What == Recording ? $"{What} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RecordingReference ?? ""))[..8])}" : What;

    /// <summary>Reads the body of POST /api/calls.</summary>
    public static (TelephoneEvent? Event, ImmutableArray<FieldError> Errors) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return (null, [new("", "not-an-object", "内容应为 JSON 对象", "The body must be a JSON object")]);
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        var reference = Said(body, "callId", ReferenceMax, errors);
        var what = Said(body, "event", ReferenceMax, errors);
        if (reference is null && errors.All(e => e.Field != "callId")) errors.Add(new("callId", "required", "缺少来电编号", "The call's id is missing"));
        if (what is null || !Known.Contains(what))
            errors.Add(new("event", "not-a-choice", $"可选：{string.Join('、', Known)}", $"One of: {string.Join(", ", Known)}"));
        var at = Moment(body, errors);
        var recording = body.TryGetProperty("recording", out var part) && part.ValueKind == JsonValueKind.Object ? part : default;
        var kept = recording.ValueKind == JsonValueKind.Object ? Said(recording, "reference", ReferenceMax, errors) : null;
        if (what == Recording && kept is null) errors.Add(new("recording.reference", "required", "缺少录音引用", "The recording's reference is missing"));
        var read = new TelephoneEvent(reference ?? "", what ?? "", at)
        {
            From = Said(body, "from", NumberMax, errors), Division = Said(body, "division", ReferenceMax, errors),
            AnsweredBy = Said(body, "answeredBy", ReferenceMax, errors), RecordingReference = kept,
            RecordingAnnounced = recording.ValueKind == JsonValueKind.Object && Flag(recording, "announced"), Exercise = Flag(body, "exercise"),
        };
        return errors.Count > 0 ? (null, errors.ToImmutable()) : (read, []);
    }

    private static string? Said(JsonElement body, string name, int most, ImmutableArray<FieldError>.Builder errors)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text && text.Length <= most) return text.Normalize();
        errors.Add(new(name, "not-text", $"应为 1 到 {most} 字的文本", $"A text of 1 to {most} characters"));
        return null;
    }

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Moment(JsonElement body, ImmutableArray<FieldError>.Builder errors)
    {
        if (!body.TryGetProperty("at", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return at;
        errors.Add(new("at", "not-a-moment", "应为带时区的时间", "A date and time with its offset"));
        return null;
    }
}
