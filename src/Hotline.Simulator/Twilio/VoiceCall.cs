using System.Globalization;
using System.Threading.Channels;

namespace Hotline.Simulator.Twilio;

/// <summary>What reaches a running call from outside.</summary>
public abstract record CallSignal
{
    public sealed record Answer(bool Machine = false) : CallSignal;
    public sealed record Decline : CallSignal;
    public sealed record HangUp : CallSignal;
    public sealed record Press(string Digits) : CallSignal;
    public sealed record Redirect(TwimlSource To) : CallSignal;
    /// <summary>The API ends the call as completed or canceled.</summary>
    public sealed record End(string Status) : CallSignal;
    /// <summary>Somebody takes the caller out of the queue; what stands at the address is run on the caller first.</summary>
    public sealed record Bridge(VoiceCall With, TwimlSource? First = null) : CallSignal;
}

/// <summary>Where the next document comes from.</summary>
public sealed record TwimlSource(
    string? Url, string Method = "POST", string? Inline = null, string? FallbackUrl = null,
    IReadOnlyList<KeyValuePair<string, string>>? Extra = null);

/// <summary>A call as the provider keeps it. Changed only inside <see cref="World.Change(Action)"/>.</summary>
public sealed class VoiceCall
{
    public required string Sid { get; init; }
    public required string Direction { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public string Status { get; set; } = "queued";
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public TwimlSource? Source { get; init; }
    public string? StatusCallback { get; init; }
    public string StatusCallbackMethod { get; init; } = "POST";
    public IReadOnlySet<string> Events { get; init; } = new HashSet<string> { "completed" };
    public TimeSpan RingFor { get; init; } = TimeSpan.FromSeconds(60);
    public string? ParentSid { get; init; }
    public bool MachineDetection { get; init; }
    public string? AnsweredBy { get; set; }
    /// <summary>The telephone at the other end, in whichever direction.</summary>
    public string PhoneNumber => Inbound ? CallerPhone ?? From : To;
    /// <summary>Set when the caller withholds the number.</summary>
    public string? CallerPhone { get; init; }
    public bool Inbound => Direction == "inbound";
    public bool Over => EndedAt is not null;

    public List<string> Said { get; } = [];
    public string Pressed { get; set; } = "";
    public bool Listening { get; set; }
    public string? Queue { get; set; }
    /// <summary>Whom this call speaks with while two lines are joined.</summary>
    public VoiceCall? JoinedWith { get; set; }
    public int Sequence { get; set; }
    public Channel<CallSignal> Signals { get; } = Channel.CreateUnbounded<CallSignal>();
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>Status callbacks of one call leave one after the other.</summary>
    public Task Told { get; set; } = Task.CompletedTask;

    public int Seconds => AnsweredAt is { } from && EndedAt is { } to ? (int)Math.Ceiling((to - from).TotalSeconds) : 0;

    public void Signal(CallSignal signal) => Signals.Writer.TryWrite(signal);

    /// <summary>The resource as the API prints it.</summary>
    public object Resource(string account)
    {
        var uri = $"/2010-04-01/Accounts/{account}/Calls/{Sid}.json";
        return new
        {
            sid = Sid,
            date_created = Rfc2822.Of(CreatedAt),
            date_updated = Rfc2822.Of(EndedAt ?? AnsweredAt ?? CreatedAt),
            parent_call_sid = ParentSid,
            account_sid = account,
            to = To,
            to_formatted = To,
            from = From,
            from_formatted = From,
            phone_number_sid = (string?)null,
            status = Status,
            start_time = AnsweredAt is { } start ? Rfc2822.Of(start) : null,
            end_time = EndedAt is { } end ? Rfc2822.Of(end) : null,
            duration = EndedAt is null ? null : Seconds.ToString(CultureInfo.InvariantCulture),
            price = (string?)null,
            price_unit = "USD",
            direction = Direction,
            answered_by = AnsweredBy,
            api_version = "2010-04-01",
            forwarded_from = (string?)null,
            group_sid = (string?)null,
            caller_name = (string?)null,
            queue_time = "0",
            trunk_sid = (string?)null,
            uri,
            subresource_uris = new { recordings = uri.Replace(".json", "/Recordings.json", StringComparison.Ordinal) },
        };
    }
}
