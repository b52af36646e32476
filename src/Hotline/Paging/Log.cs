namespace Hotline.Paging;

/// <summary>What paging says in the log: ids and words of ours, never a number or a text.</summary>
internal static partial class Log
{
    [LoggerMessage(4201, LogLevel.Warning, "Page {Page}: nobody on duty as {Role} ({Level}); the step is skipped")]
    public static partial void NobodyOnDuty(this ILogger log, Guid page, string role, string level);

    [LoggerMessage(4202, LogLevel.Error, "Page {Page}: every channel of {Person} is off")]
    public static partial void AllChannelsOff(this ILogger log, Guid page, Guid person);

    [LoggerMessage(4203, LogLevel.Information, "Page {Page}: attempt {Attempt} by {Channel} ended {End}")]
    public static partial void AttemptEnded(this ILogger log, Guid page, Guid attempt, string channel, string end);

    [LoggerMessage(4204, LogLevel.Error, "The telephone gateway refuses us ({Class}, {Code}): an operator must mend the set-up")]
    public static partial void GatewayRefusesUs(this ILogger log, string @class, int? code);

    [LoggerMessage(4205, LogLevel.Error, "Contact of {Person}: {Channel} is off now ({Why}); tell the coordinator")]
    public static partial void ChannelOff(this ILogger log, Guid person, string channel, string why);

    [LoggerMessage(4207, LogLevel.Error, "Page {Page}: nobody can be reached at all; it goes on ringing in rounds")]
    public static partial void NobodyReachable(this ILogger log, Guid page);

    [LoggerMessage(4208, LogLevel.Warning, "A key pressed in a call could not be kept yet")]
    public static partial void KeyNotKept(this ILogger log, Exception why);
}
