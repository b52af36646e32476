using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>Events as stored JSON. Names in the store are ours; a step's name is its pack's. Events nobody here knows
/// (a foreign writer's) read as <see cref="Foreign"/> and change nothing.</summary>
public static class Codec
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Dictionary<string, Type> ByName = new()
    {
        ["report_received"] = typeof(ReportReceived),
        ["case_opened"] = typeof(CaseOpened),
        ["case_linked"] = typeof(CaseLinked),
        ["report_linked"] = typeof(ReportLinked),
        ["case_attached"] = typeof(CaseAttached),
        ["case_unlinked"] = typeof(CaseUnlinked),
        ["report_unlinked"] = typeof(ReportUnlinked),
        ["case_detached"] = typeof(CaseDetached),
        ["owner_set"] = typeof(OwnerSet),
        ["level_changed"] = typeof(LevelChanged),
        ["fact_echoed"] = typeof(FactEchoed),
        ["clock_started"] = typeof(ClockStarted),
        ["clock_met"] = typeof(ClockMet),
        ["clock_paused"] = typeof(ClockPaused),
        ["clock_resumed"] = typeof(ClockResumed),
        ["clock_breached"] = typeof(ClockBreached),
        ["assignment_opened"] = typeof(AssignmentOpened),
        ["assignment_attached"] = typeof(AssignmentAttached),
        ["assignment_released"] = typeof(AssignmentReleased),
        ["task_closed"] = typeof(TaskClosed),
        ["transfer_accepted"] = typeof(TransferAccepted),
        ["transfer_refused"] = typeof(TransferRefused),
        ["transfer_ended"] = typeof(TransferEnded),
        ["visit_ended"] = typeof(VisitEnded),
        ["call_received"] = typeof(CallReceived),
        ["call_heard"] = typeof(CallHeard),
        ["call_taken"] = typeof(CallTaken),
        ["call_written"] = typeof(CallWritten),
        ["call_recorded"] = typeof(CallRecorded),
        ["call_back_fared"] = typeof(CallBackFared),
        ["call_led"] = typeof(CallLed),
        ["call_told"] = typeof(CallTold),
        ["debrief_asked"] = typeof(DebriefAsked),
        ["message_sent"] = typeof(MessageSent),
        ["instruction_confirmed"] = typeof(InstructionConfirmed),
        ["attachment_added"] = typeof(AttachmentAdded),
    };

    private static FrozenDictionary<Type, string> names = Names();

    /// <summary>Other rooms name their events here before the host starts.</summary>
    public static void Register<T>(string name) where T : Happening
    {
        lock (ByName)
        {
            ByName[name] = typeof(T);
            names = Names();
        }
    }

    /// <summary>Names that a pack may not give to a step.</summary>
    public static bool IsOurs(string name) => ByName.ContainsKey(name);

    public static string NameOf(Happening happening) => happening is StepTaken step ? step.Event : names[happening.GetType()];

    public static NewEvent Write(Guid id, Happening happening) =>
        new(id, NameOf(happening), JsonSerializer.Serialize(happening, happening.GetType(), Json));

    public static Recorded Read(StoredEvent stored) =>
        new(Decode(stored.Type, stored.Data), stored.Version, stored.At, stored.Seq);

    private static Happening Decode(string type, string data)
    {
        try
        {
            if (ByName.TryGetValue(type, out var known)) return (Happening)JsonSerializer.Deserialize(data, known, Json)!;
            using var document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("trigger", out _)
                ? JsonSerializer.Deserialize<StepTaken>(data, Json)! with { Event = type }
                : new Foreign(type);
        }
        catch (JsonException)
        {
            return new Foreign(type);
        }
    }

    private static FrozenDictionary<Type, string> Names() => ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
}

/// <summary>An event of a kind this release does not know. It takes its place in the stream and changes nothing.</summary>
public sealed record Foreign(string Type) : Happening;
