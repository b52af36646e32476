using Hotline.Simulator.Twilio;

namespace Hotline.Simulator.Phones;

/// <summary>How a phone behaves without anybody touching it.</summary>
/// <param name="Silent">静音: rings without a sound.</param>
/// <param name="Off">关机: texts wait for it, calls fail.</param>
/// <param name="NoCoverage">不在服务区: texts come back as unreachable, calls fail.</param>
/// <param name="Reject">拒收: every call is declined.</param>
/// <param name="AutoAnswer">自动应答: takes every call and presses the key when asked for one.</param>
/// <param name="Voicemail">Nobody answers, a machine does.</param>
public sealed record Switches(
    bool Silent = true, bool Off = false, bool NoCoverage = false, bool Reject = false,
    bool AutoAnswer = false, string AutoKey = "1", bool Voicemail = false);

/// <summary>One report of a carrier about a text.</summary>
/// <param name="Copies">How often the same callback is posted; zero keeps it to ourselves.</param>
/// <param name="Arrives">The text reaches the phone with this step, whatever the status says.</param>
public sealed record DeliveryStep(
    string Status, double AfterSeconds = 0.3, int? ErrorCode = null, int Copies = 1, bool Arrives = false,
    bool WithoutErrorCode = false);

/// <summary>A test's script for the next texts to a phone.</summary>
/// <param name="Early">The first step's callback is posted before the create request is answered.</param>
public sealed record DeliveryPlan(IReadOnlyList<DeliveryStep> Steps, bool Early = false,
    bool UnknownParameters = false);

/// <summary>A telephone somebody holds.</summary>
public sealed class Phone(string number, string ownerZh, string ownerEn, string role)
{
    public string Number { get; } = number;
    public string OwnerZh { get; } = ownerZh;
    public string OwnerEn { get; } = ownerEn;
    public string Role { get; } = role;
    public bool Landline { get; init; }
    public Switches Switches { get; set; } = new();
    public bool OptedOut { get; set; }
    public DeliveryPlan? Delivery { get; set; }
    /// <summary>Mainland numbers cannot answer a foreign sender.</summary>
    public bool MainlandChina => Number.StartsWith("+86", StringComparison.Ordinal);
    public VoiceCall? Current { get; set; }
}

/// <summary>The shelf of the demo.</summary>
public static class DemoPhones
{
    public const string Duty = "+14155550101";

    public static IEnumerable<Phone> Shelf() =>
    [
        new(Duty, "值班员 凌某", "Duty officer Ling", "duty"),
        new("+14155550102", "值班长", "Duty supervisor", "supervisor"),
        // An unused mobile prefix on purpose: nobody real has this number.
        new("+8610000000103", "县级备勤", "County on call", "county"),
        new("+14155550104", "市级备勤", "City on call", "city"),
        new("+14155550111", "学校报告人", "School reporter", "school"),
        new("+14155550112", "医院报告人", "Hospital reporter", "hospital"),
        new("+14155550199", "社会公众来电人", "A public caller", "public"),
    ];
}
