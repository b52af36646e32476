using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hotline.Workflow;

/// <summary>A word in both languages.</summary>
public sealed record Text(string Zh, string En);

/// <summary>Where a value comes from and how sure that is (domain.md: seed, law+, law, web, unc, design).</summary>
public sealed record Source(string Ref, Mark Mark);

public enum Mark { Seed, LawRead, Law, Web, Uncertain, Design }

/// <summary>A policy pack as loaded and checked. Immutable; <see cref="Version"/> is a hash of its content.</summary>
public sealed record Pack
{
    public required string Version { get; init; }
    public required ImmutableDictionary<string, Machine> Machines { get; init; }
    public required ImmutableDictionary<string, ClockRule> Clocks { get; init; }
    public required ImmutableDictionary<string, RoleRule> Roles { get; init; }
    public required ImmutableDictionary<string, Escalation> Escalations { get; init; }
    public required TriageRule Triage { get; init; }
    public required WorkCalendar Calendar { get; init; }

    /// <summary>Waiting times that are not clocks: nobody is late when they pass (follow-up-minimum, reopen-window).</summary>
    public ImmutableDictionary<string, Period> Periods { get; init; } = ImmutableDictionary<string, Period>.Empty;

    public ImmutableDictionary<string, OrganisationType> Organisations { get; init; } =
        ImmutableDictionary<string, OrganisationType>.Empty;

    /// <summary>What divisions change; <see cref="For"/> applies it.</summary>
    public ImmutableArray<Overlay> Overlays { get; init; } = [];

    /// <summary>Telephone numbers of the division (police, ambulance, hotline …); empty in the base.</summary>
    public ImmutableDictionary<string, string> Hotlines { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The body that coordinates protection of minors: a setting, since the law moved it (domain, trap 1).</summary>
    public Text? CoordinatingBody { get; init; }

    /// <summary>What holds for every page, whichever plan it follows.</summary>
    public RingingRules Ringing => Machines.GetValueOrDefault(RingingRules.Machine)?.Ringing ?? RingingRules.Unsaid;

    /// <summary>Divisions whose people may be rung for this one, in the order of trust; what a plan calls "neighbour".</summary>
    public ImmutableArray<string> Neighbours { get; init; } = [];

    /// <summary>What holds for every roster.</summary>
    public DutyRules Duty { get; init; } = DutyRules.Unsaid;

    public GatewayRules Gateways => Machines.GetValueOrDefault(RingingRules.Machine)?.Gateways ?? GatewayRules.Unsaid;

    public LimitRules Limits => Machines.GetValueOrDefault(RingingRules.Machine)?.Limits ?? LimitRules.Unsaid;

    /// <summary>The pack as it holds in a division: base, then province, city, county, each changing what stands above it.</summary>
    public Pack For(string division) => Overlays
        .Where(overlay => division.StartsWith(Overlay.Scope(overlay.Division), StringComparison.Ordinal))
        .OrderBy(overlay => Overlay.Scope(overlay.Division).Length)
        .Aggregate(this, (pack, overlay) => overlay.On(pack));
}

/// <summary>One procedure: states with superstates, and the steps that lead between them. Semantics are Stateless's.</summary>
public sealed partial record Machine
{
    public required string Name { get; init; }
    public required Text Title { get; init; }
    public required string Initial { get; init; }
    public required ImmutableArray<State> States { get; init; }
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>Said by the page's machine alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RingingRules? Ringing { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GatewayRules? Gateways { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LimitRules? Limits { get; init; }
}

/// <summary>How pages ring beside the plan they follow [design].</summary>
/// <param name="SameMoment">Clocks of one matter that run out no further apart than this ring as one page.</param>
/// <param name="BeforeChildLeaves">How long before a child leaves the desk is rung, when nobody has instructed the reporter.</param>
/// <param name="AskProviderAfter">An attempt without a final word is asked for at the provider after this; each further wait is twice
/// as long as the one before.</param>
/// <param name="AskProviderTimes">How often at most; then "no receipt came" is the last word of ours.</param>
public sealed record RingingRules(TimeSpan SameMoment, TimeSpan BeforeChildLeaves, TimeSpan AskProviderAfter, int AskProviderTimes, Source Law)
{
    public const string Machine = "page";

    /// <summary>By these rang the packs that were written before they could say it; a case keeps the pack it began under.</summary>
    public static RingingRules Unsaid { get; } = new(
        TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5), 6, new("design 6", Mark.Design));
}

/// <summary>A state. A superstate (some state's parent) is never entered itself, it lends its steps to those inside.</summary>
/// <param name="Final">The work is over: it permits nothing, or only what corrects or reopens.</param>
/// <param name="Settled">Entering it settles every running or paused clock of the file, save those the step itself starts.</param>
/// <param name="Published">The published stage of domain 3.2 (cases only).</param>
/// <param name="EntrySteps">Steps the server itself (System) takes at once, in the same transaction, on entering.</param>
public sealed record State(string Name, Text Title, string? Parent, bool Final, bool Settled, string? Published, ImmutableArray<string> EntrySteps);

/// <summary>One permitted move. <see cref="To"/> null keeps the state (internal); equal to the from-state it re-enters.</summary>
public sealed record Step
{
    /// <summary>A To value: back to the state before, which only the file knows (<see cref="Whereabouts"/>).</summary>
    public const string Previous = "previous";

    /// <summary>Unique in its machine; the trigger, unless several steps share one.</summary>
    public string Name { get; init; } = "";

    public required string Trigger { get; init; }
    public required Text Title { get; init; }
    public required ImmutableArray<string> From { get; init; }
    public string? To { get; init; }

    /// <summary>Roles of roles.yaml; "System" is the server itself and never offered to a person.</summary>
    public required ImmutableArray<string> Who { get; init; }

    /// <summary>Whose side must take it, where a file lies between two bodies: <see cref="Receiver"/> for the people of the one it
    /// is addressed to, <see cref="Sender"/> for everybody else who may see it; null for both.</summary>
    public string? Party { get; init; }

    public const string Receiver = "receiver";
    public const string Sender = "sender";

    public ImmutableArray<string> Guards { get; init; } = [];
    public ImmutableArray<Field> Form { get; init; } = [];

    /// <summary>Rules JSON Schema cannot say, told to the reader as x-rules.</summary>
    public ImmutableArray<Text> Rules { get; init; } = [];

    public ImmutableArray<string> Starts { get; init; } = [];
    public ImmutableArray<string> Meets { get; init; } = [];
    public ImmutableArray<string> Pauses { get; init; } = [];
    public ImmutableArray<string> Resumes { get; init; } = [];
    public ImmutableArray<string> Tells { get; init; } = [];

    /// <summary>Steps of other machines of the same file that the server takes with this one, where their state permits it.</summary>
    public ImmutableArray<Fired> Fires { get; init; } = [];

    public ImmutableArray<Text> Documents { get; init; } = [];

    /// <summary>Name of the event as stored: snake_case, past tense (emergency_declared).</summary>
    public required string Event { get; init; }

    /// <summary>The proposing trigger a second person confirms by this step; its guard is "second-person".</summary>
    public string? Confirms { get; init; }

    /// <summary>Facts the step sets on the file for guards to read: a constant ("true"), "$now", "$by" (who took it), or "$name":
    /// the form's field of that name, else the fact of that name as it stands. A field left empty leaves the fact alone.</summary>
    public ImmutableDictionary<string, string> Sets { get; init; } = ImmutableDictionary<string, string>.Empty;

    public required Source Law { get; init; }
}

/// <summary>A step elsewhere, written <c>machine.Trigger</c>.</summary>
public sealed record Fired(string Machine, string Trigger)
{
    public static Fired Parse(string words) =>
        words.Split('.', 2) is [var machine, var trigger] ? new(machine, trigger) : new(words, "");
}

public enum FieldType { Text, Boolean, Choice, Answer, DateTime, Date, Integer, Ref, Refs }

/// <summary>A form field. <paramref name="Ref"/> names what a reference points to (case, report, person, organisation);
/// the server fills in what is valid now. Sensitivity 2 and above is sealed. A <paramref name="Past"/> time may not lie ahead.</summary>
public sealed record Field(
    string Name, FieldType Type, bool Required, int Sensitivity, Text Label, ImmutableArray<Option> Options,
    int? MaxLength = null, int? Min = null, int? Max = null, string? Ref = null, bool Past = false);

public sealed record Option(string Value, Text Label);

/// <summary>A clock: how long by triage level (or "any"), natural or working time, when to warn, whom a breach pages.</summary>
public sealed partial record ClockRule
{
    public required string Code { get; init; }
    public required Text Name { get; init; }
    public required ImmutableDictionary<string, Span> Within { get; init; }
    public TimeSpan? WarnBefore { get; init; }

    /// <summary>Escalation plan that rings when it is breached.</summary>
    public required string BreachPages { get; init; }

    /// <summary>Keys of <see cref="Within"/>: "triage" (T1–T4) or "risk" (Critical–Low); "any" serves both.</summary>
    public string By { get; init; } = "triage";

    /// <summary>A safeguard: a division may shorten it, never lengthen it.</summary>
    public bool Locked { get; init; }

    /// <summary>Somebody else's deadline, before which ours must end.</summary>
    public Deadline? Inside { get; init; }

    /// <summary>After a breach the clock starts again (review each 24 h).</summary>
    public bool Repeats { get; init; }

    public required Source Law { get; init; }
}

/// <summary>A fact of the file that holds another's deadline, and how long before it we want to be done.</summary>
public sealed record Deadline(string Fact, TimeSpan By);

/// <summary>A waiting time. A locked one may only be lengthened by a division.</summary>
public sealed record Period(string Code, Text Name, Span Length, bool Locked, Source Law);

/// <summary>A kind of organisation of domain 2.2: data, not code.</summary>
public sealed record OrganisationType(string Name, Text Title, bool MandatedReporter, ImmutableArray<string> Roles, Source Law)
{
    /// <summary>A child may be handed over to it (domain 2.3: a rule table, not a switch).</summary>
    public bool ReceivesChildren { get; init; }

    /// <summary>It may be asked to visit a child.</summary>
    public bool Visits { get; init; }
}

/// <summary>A length of time as ISO 8601 says it. <paramref name="Working"/>: working days or hours of the calendar.</summary>
public sealed partial record Span(string Iso, bool Working);

public sealed record RoleRule(string Name, Text Title, ImmutableArray<string> Rights, string Scope);

/// <summary>How a page climbs: steps in order; the last one repeats for ever.</summary>
public sealed record Escalation(string Name, Text Title, ImmutableArray<EscalationStep> Steps, TimeSpan RepeatEvery, TimeSpan IdleAfterAcknowledge, Source Law);

/// <summary>Target is a role; Level says whose division: own, that of the overlay's neighbours, city, province.</summary>
/// <param name="Waits">By triage level, or "any": how long after the page's start. A level that is not named, without "any", has no such step.</param>
public sealed record EscalationStep(ImmutableDictionary<string, TimeSpan> Waits, string TargetRole, string Level, ImmutableArray<string> Channels)
{
    public const string Any = "any";
    public const string Next = "next";

    /// <summary>"next" rings those who come on duty after the present shift.</summary>
    public string? Shift { get; init; }

    /// <summary>The user name of one person who is rung whether on duty or not; the role is what they are rung as.</summary>
    public string? Person { get; init; }

    public EscalationStep(TimeSpan after, string role, string level, ImmutableArray<string> channels)
        : this(ImmutableDictionary<string, TimeSpan>.Empty.Add(Any, after), role, level, channels) { }

    /// <summary>How long after the page's start at this level; null where the step is not for this level.</summary>
    public TimeSpan? After(string triage) => Waits.TryGetValue(triage, out var own) || Waits.TryGetValue(Any, out own) ? own : null;
}

/// <summary>The lists behind triage (domain 3.4): categories that make T2, T3, T4.</summary>
public sealed record TriageRule(ImmutableHashSet<string> T2Categories, ImmutableHashSet<string> T3Categories, ImmutableHashSet<string> T4Categories);
