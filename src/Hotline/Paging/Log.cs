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

    [LoggerMessage(4204, LogLevel.Error, "The gateway {Gateway} refuses our {Channel} ({Class}, {Code}): an operator must mend the set-up")]
    public static partial void GatewayRefusesUs(this ILogger log, string gateway, string channel, string @class, int? code);

    [LoggerMessage(4205, LogLevel.Error, "Contact of {Person}: {Channel} is off now ({Why}); tell the coordinator")]
    public static partial void ChannelOff(this ILogger log, Guid person, string channel, string why);

    [LoggerMessage(4206, LogLevel.Warning, "Page {Page}: attempt {Attempt} was not taken by {Gateway} and goes out by {Other}")]
    public static partial void OtherGateway(this ILogger log, Guid page, Guid attempt, string gateway, string other);

    [LoggerMessage(4207, LogLevel.Error, "Page {Page}: nobody can be reached at all; it goes on ringing in rounds")]
    public static partial void NobodyReachable(this ILogger log, Guid page);

    [LoggerMessage(4208, LogLevel.Warning, "A key pressed in a call could not be kept yet")]
    public static partial void KeyNotKept(this ILogger log, Exception why);

    [LoggerMessage(4211, LogLevel.Information, "Texts to the mainland go out by its own gateway of templates first")]
    public static partial void MainlandAtHome(this ILogger log);

    [LoggerMessage(4212, LogLevel.Warning,
        "No template gateway is configured: pages to the mainland go abroad and back by Twilio, nobody there can answer by text, and its rules may hold them back")]
    public static partial void MainlandFromAbroad(this ILogger log);

    [LoggerMessage(4213, LogLevel.Warning,
        "Twilio carries pages alone, without personal data: no legal basis for sending it abroad is recorded (Hotline:Twilio:LegalBasis)")]
    public static partial void TwilioPagesOnly(this ILogger log);

    [LoggerMessage(4214, LogLevel.Information, "Twilio may carry personal data: a legal basis for sending it abroad is recorded")]
    public static partial void TwilioMayCarry(this ILogger log);
}
