using System.Collections.Immutable;
using System.Globalization;

namespace Hotline.Hosting;

/// <summary>The telephone gateway's settings as given; the telephony room reads them again in its own words.</summary>
public sealed record TwilioOptions
{
    public string? BaseUrl { get; init; }
    public string AccountSid { get; init; } = "";
    public string AuthToken { get; init; } = "";

    /// <summary>The token before or after this one, while tokens rotate.</summary>
    public string? OtherAuthToken { get; init; }

    public string From { get; init; } = "";
    public string? MessagingServiceSid { get; init; }

    /// <summary>Where the operator recorded why personal data may go abroad by this gateway.</summary>
    public string? LegalBasis { get; init; }
}

/// <summary>The mainland's template gateway as given; all of it, or nothing.</summary>
public sealed record TemplateGatewayOptions
{
    public string? BaseUrl { get; init; }
    public string AccessKeyId { get; init; } = "";
    public string AccessKeySecret { get; init; } = "";
    public string SignName { get; init; } = "";
    public string PageTemplate { get; init; } = "";

    /// <summary>May stay empty: codes that verify a telephone then go by the other gateway.</summary>
    public string CodeTemplate { get; init; } = "";

    public string BundleTemplate { get; init; } = "";
    public string PushKey { get; init; } = "";

    public bool IsAbsent => (BaseUrl, AccessKeyId, AccessKeySecret, SignName, PageTemplate, BundleTemplate, PushKey) == (null, "", "", "", "", "", "");
}

/// <summary>What the operator said: appsettings.json, then HOTLINE__… in the environment. Checked by
/// <see cref="OptionsCheck"/> before anything starts. Never print it: it holds secrets.</summary>
public sealed record HotlineOptions
{
    public const string Section = "Hotline";

    // The demo's gateway account, as the simulator knows it (TWILIO_… override it on both sides). It opens nothing real.
    private const string DemoToken = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f";
    private const string DemoFrom = "+15005550006";
    private static readonly string DemoSid = "AC" + new string('a', 32);
    private static readonly TemplateGatewayOptions DemoTemplates = new()
    {
        AccessKeyId = "demo-key", AccessKeySecret = "demo-secret", SignName = "儿童保护热线", PageTemplate = "SMS_100000001", CodeTemplate = "SMS_100000002",
        BundleTemplate = "SMS_100000003", PushKey = "demo-push-key-0123456789",
    };

    public string Url { get; init; } = "http://127.0.0.1:8080";
    public string? PublicUrl { get; init; }

    /// <summary>Connection string; null means the embedded PostgreSQL under <see cref="DataDirectory"/>.</summary>
    public string? Database { get; init; }

    public string? KeyDatabase { get; init; }
    public string DataDirectory { get; init; } = ".data";
    public string? PostgresBinaries { get; init; }
    public string? Redis { get; init; }
    public string? Policy { get; init; }
    public string? MasterKey { get; init; }
    public bool Demo { get; init; }

    /// <summary>Told each minute that all is well; it sounds an alarm when it hears nothing.</summary>
    public string? DeadManUrl { get; init; }

    /// <summary>Appends that arrive while others commit share a statement and a commit. Off: each has its own.</summary>
    public bool GroupAppend { get; init; } = true;

    public TwilioOptions Twilio { get; init; } = new();

    public TemplateGatewayOptions TemplateGateway { get; init; } = new();

    /// <summary>Words that were not to be read at all, e.g. a Demo that is neither true nor false.</summary>
    public ImmutableArray<string> Unreadable { get; init; } = [];

    public bool Embedded => Database is null;

    public override string ToString() => nameof(HotlineOptions);

    public static HotlineOptions Of(IConfiguration configuration)
    {
        var ours = configuration.GetSection(Section);
        var isDemo = Switch(ours["Demo"], false, out var demoKnown);
        var grouped = Switch(ours["GroupAppend"], true, out var groupedKnown);
        var options = new HotlineOptions
        {
            PublicUrl = Text(ours["PublicUrl"]),
            Database = Text(ours["Database"]),
            KeyDatabase = Text(ours["KeyDatabase"]),
            PostgresBinaries = Text(ours["PostgresBinaries"]),
            Redis = Text(ours["Redis"]),
            Policy = Text(ours["Policy"]),
            MasterKey = Text(ours["MasterKey"]),
            DeadManUrl = Text(ours["DeadManUrl"]),
            Demo = isDemo,
            Twilio = TwilioOf(ours.GetSection("Twilio")),
            TemplateGateway = TemplatesOf(ours.GetSection("TemplateGateway")),
            GroupAppend = grouped,
            Unreadable =
            [
                .. demoKnown ? [] : new[] { $"Hotline:Demo is \"{ours["Demo"]}\": write true or false." },
                .. groupedKnown ? [] : new[] { $"Hotline:GroupAppend is \"{ours["GroupAppend"]}\": write true or false." },
            ],
        };
        options = options with
        {
            Url = Text(ours["Url"]) ?? options.Url,
            DataDirectory = Text(ours["DataDirectory"]) ?? options.DataDirectory,
        };
        return isDemo ? options.WithSimulator(configuration) : options;
    }

    /// <summary>What other rooms read from the configuration, where the demo fills it in.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Resolved() =>
    [
        new("Hotline:Url", Url), new("Hotline:PublicUrl", PublicUrl), new("Hotline:Demo", Demo ? "true" : "false"),
        new("Hotline:Twilio:BaseUrl", Twilio.BaseUrl), new("Hotline:Twilio:AccountSid", Twilio.AccountSid),
        new("Hotline:Twilio:AuthToken", Twilio.AuthToken), new("Hotline:Twilio:From", Twilio.From),
        new("Hotline:TemplateGateway:BaseUrl", TemplateGateway.BaseUrl), new("Hotline:TemplateGateway:AccessKeyId", TemplateGateway.AccessKeyId),
        new("Hotline:TemplateGateway:AccessKeySecret", TemplateGateway.AccessKeySecret),
        new("Hotline:TemplateGateway:SignName", TemplateGateway.SignName), new("Hotline:TemplateGateway:PageTemplate", TemplateGateway.PageTemplate),
        new("Hotline:TemplateGateway:CodeTemplate", TemplateGateway.CodeTemplate),
        new("Hotline:TemplateGateway:BundleTemplate", TemplateGateway.BundleTemplate), new("Hotline:TemplateGateway:PushKey", TemplateGateway.PushKey),
    ];

    /// <summary>In the demo the simulator on the next port is the gateway, unless another one is named.</summary>
    private HotlineOptions WithSimulator(IConfiguration configuration)
    {
        var address = Addresses.Read(Url);
        var next = address is { Port: < 65535 }
            ? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{address.Port + 1}") : null;
        return this with
        {
            PublicUrl = PublicUrl ?? Url,
            Twilio = Twilio with
            {
                BaseUrl = Twilio.BaseUrl ?? next,
                AccountSid = First(Twilio.AccountSid, configuration["TWILIO_SID"], DemoSid),
                AuthToken = First(Twilio.AuthToken, configuration["TWILIO_TOKEN"], DemoToken),
                From = First(Twilio.From, configuration["TWILIO_FROM"], DemoFrom),
            },
            TemplateGateway = TemplateGateway.IsAbsent && Addresses.Read(Twilio.BaseUrl ?? next) is { } simulator && Addresses.IsLoopback(simulator)
                ? DemoTemplates with { BaseUrl = new Uri(simulator, "/template-gateway/").ToString() } : TemplateGateway,
        };
    }

    private static TwilioOptions TwilioOf(IConfigurationSection section) => new()
    {
        BaseUrl = Text(section["BaseUrl"]),
        AccountSid = section["AccountSid"] ?? "",
        AuthToken = section["AuthToken"] ?? "",
        OtherAuthToken = Text(section["OtherAuthToken"]),
        From = section["From"] ?? "",
        MessagingServiceSid = Text(section["MessagingServiceSid"]),
        LegalBasis = Text(section["LegalBasis"]),
    };

    private static TemplateGatewayOptions TemplatesOf(IConfigurationSection section) => new()
    {
        BaseUrl = Text(section["BaseUrl"]),
        AccessKeyId = section["AccessKeyId"] ?? "",
        AccessKeySecret = section["AccessKeySecret"] ?? "",
        SignName = section["SignName"] ?? "",
        PageTemplate = section["PageTemplate"] ?? "",
        CodeTemplate = section["CodeTemplate"] ?? "",
        BundleTemplate = section["BundleTemplate"] ?? "",
        PushKey = section["PushKey"] ?? "",
    };

    private static string First(params ReadOnlySpan<string?> wishes)
    {
        foreach (var wish in wishes)
        {
            if (!string.IsNullOrWhiteSpace(wish)) return wish;
        }
        return "";
    }

    private static bool Switch(string? value, bool otherwise, out bool known)
    {
        known = string.IsNullOrEmpty(value) || bool.TryParse(value, out otherwise);
        return otherwise;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
