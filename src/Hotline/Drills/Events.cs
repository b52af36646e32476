using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;

namespace Hotline.Drills;

/// <summary>Whom a drill is for: a roster, a role in a division, or everybody in it whom pages ring.</summary>
/// <param name="OnDuty">Only those who are on duty when it begins.</param>
public sealed record DrillTarget(string Division, Guid? Roster, string? Role, bool OnDuty)
{
    /// <summary>The stream of the drill of these people at this minute: there is one, however often it is asked for.</summary>
    public Guid StreamAt(DateTimeOffset at)
    {
        var minute = at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        return new(SHA256.HashData(Encoding.UTF8.GetBytes($"drill:{Division}:{Roster}:{Role}:{OnDuty}:{minute}")).AsSpan(0, 16));
    }
}

/// <summary>Somebody a drill is for, as things stood when it began.</summary>
/// <param name="WhyNot">Why they are not rung: they have no telephone on file, or every channel asked for is off.</param>
/// <param name="Mainland">Texts from abroad reach the number and take no reply back.</param>
public sealed record Drilled(Guid Person, string Role, string Division, string? WhyNot, bool Mainland = false)
{
    public const string NoNumber = "no-number";
    public const string ChannelOff = "channel-off";
}

/// <summary>A channel that failed, and is off from now on.</summary>
public sealed record TakenOff(Guid Person, string Channel);

public sealed record DrillPlanned(DrillTarget Target, ImmutableArray<string> Channels, DateTimeOffset At, bool Repeats, Actor By) : Happening;

/// <summary>It begins, with what the pack says then: what changes later does not change a drill that runs.</summary>
public sealed record DrillStarted(
    ImmutableArray<Drilled> People, int AnswerWithinSeconds, int AtOnce, int NextAfterSeconds, Actor By) : Happening;

/// <summary>Its time passed while nothing ran here; nobody is rung at an hour nobody chose.</summary>
public sealed record DrillMissed : Happening;

/// <summary>The next of the people are rung, each by a page; in the order of the people.</summary>
public sealed record DrillRang(ImmutableArray<Guid> Pages) : Happening;

/// <summary>The time of those who were rung first is over: so many answered, and these channels did not.</summary>
public sealed record DrillSettled(int Answered, ImmutableArray<TakenOff> Off) : Happening;

public sealed record DrillCancelled(Actor By) : Happening;

public static class DrillEvents
{
    public static void Register()
    {
        Codec.Register<DrillPlanned>("drill_planned");
        Codec.Register<DrillStarted>("drill_started");
        Codec.Register<DrillMissed>("drill_missed");
        Codec.Register<DrillRang>("drill_rang");
        Codec.Register<DrillSettled>("drill_settled");
        Codec.Register<DrillCancelled>("drill_cancelled");
    }
}
