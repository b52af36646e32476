using System.Globalization;

namespace Hotline.Simulator;

/// <summary>What the outside world is told at start; the defaults are those of the demo.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where the server listens: webhooks go there, the city files its reports there.</summary>
    public Uri HotlineUrl { get; init; } = new("http://127.0.0.1:8080");
    public string AccountSid { get; init; } = "AC" + new string('a', 32);
    public string AuthToken { get; init; } = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f";
    /// <summary>The hotline's own number.</summary>
    public string From { get; init; } = "+15005550006";
    public string MessagingServiceSid { get; init; } = "MG" + new string('a', 32);
    /// <summary>The account at the mainland's template gateway, and the word by which its pushes are believed.</summary>
    public string TemplateKey { get; init; } = "demo-key";
    public string TemplateSecret { get; init; } = "demo-secret";
    public string TemplatePushKey { get; init; } = "demo-push-key-0123456789";
    /// <summary>Sending queue of one sender; zero sends at once.</summary>
    public double SegmentsPerSecond { get; init; }
    /// <summary>How long the voice takes for a character; zero makes it speak at once.</summary>
    public double SpeechSecondsPerCharacter { get; init; } = 0.05;
    /// <summary>Off: calls to mainland China answer 21215, as for an account that was not vetted.</summary>
    public bool ChinaVoice { get; init; } = true;
    public string? SmsFallbackUrl { get; init; }
    public string? VoiceFallbackUrl { get; init; }
    /// <summary>Off: no clock is fetched from the server; the clock moves by /control/clock alone.</summary>
    public bool FollowClock { get; init; } = true;
    public bool City { get; init; } = true;
    /// <summary>Reports a minute once the first few are filed.</summary>
    public double Rate { get; init; } = 0.5;
    /// <summary>How long the city's person on call takes before reaching for the telephone.</summary>
    public double AnswerAfterSeconds { get; init; } = 25;
    /// <summary>How long the city takes from one step to the next of the same story; zero goes on at once.</summary>
    public double StepSeconds { get; init; } = 40;

    public static readonly Dictionary<string, string> Switches = new()
    {
        ["--hotline"] = "Simulator:HotlineUrl",
        ["--city"] = "Simulator:City",
        ["--rate"] = "Simulator:Rate",
        ["--follow-clock"] = "Simulator:FollowClock",
    };

    public static SimulatorOptions Read(IConfiguration settings)
    {
        var defaults = new SimulatorOptions();
        var ours = settings.GetSection("Simulator");
        return defaults with
        {
            HotlineUrl = Url(ours["HotlineUrl"]) ?? defaults.HotlineUrl,
            AccountSid = settings["TWILIO_SID"] ?? defaults.AccountSid,
            AuthToken = settings["TWILIO_TOKEN"] ?? defaults.AuthToken,
            From = settings["TWILIO_FROM"] ?? defaults.From,
            MessagingServiceSid = settings["TWILIO_SERVICE"] ?? defaults.MessagingServiceSid,
            SegmentsPerSecond = Number(ours, "SegmentsPerSecond", defaults.SegmentsPerSecond),
            SpeechSecondsPerCharacter = Number(ours, "SpeechSecondsPerCharacter", defaults.SpeechSecondsPerCharacter),
            ChinaVoice = Flag(ours, "ChinaVoice", defaults.ChinaVoice),
            SmsFallbackUrl = ours["SmsFallbackUrl"],
            VoiceFallbackUrl = ours["VoiceFallbackUrl"],
            FollowClock = Flag(ours, "FollowClock", defaults.FollowClock),
            City = Flag(ours, "City", defaults.City),
            Rate = Number(ours, "Rate", defaults.Rate),
            AnswerAfterSeconds = Number(ours, "AnswerAfterSeconds", defaults.AnswerAfterSeconds),
            StepSeconds = Number(ours, "StepSeconds", defaults.StepSeconds),
        };
    }

    static Uri? Url(string? text) => string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new InvalidOperationException($"Simulator:HotlineUrl is not an http address: {text}");

    static double Number(IConfiguration section, string name, double otherwise) => section[name] switch
    {
        null or "" => otherwise,
        var text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0 => number,
        var text => throw new InvalidOperationException($"Simulator:{name} is not a number: {text}"),
    };

    static bool Flag(IConfiguration section, string name, bool otherwise) => section[name]?.ToLowerInvariant() switch
    {
        null or "" => otherwise,
        "true" or "on" or "1" or "yes" => true,
        "false" or "off" or "0" or "no" => false,
        var text => throw new InvalidOperationException($"Simulator:{name} is neither on nor off: {text}"),
    };
}
