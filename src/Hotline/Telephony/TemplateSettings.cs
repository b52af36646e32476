namespace Hotline.Telephony;

/// <summary>How to reach the gateway for mainland numbers, which takes registered templates. Secrets never print. What is missing
/// or wrong is told by <see cref="Hosting.OptionsCheck"/> at the start.</summary>
public sealed record TemplateSettings
{
    public const string Section = "Hotline:TemplateGateway";
    public static readonly Uri RealService = new("https://dysmsapi.aliyuncs.com/");

    public required Uri BaseUrl { get; init; }
    public required string AccessKeyId { get; init; }
    public required string AccessKeySecret { get; init; }

    /// <summary>The registered signature, without its brackets.</summary>
    public required string SignName { get; init; }

    /// <summary>The code under which <see cref="Templates.Page"/> is registered.</summary>
    public required string PageTemplate { get; init; }

    /// <summary>The code under which <see cref="Templates.ContactCode"/> is registered; empty where it is not.</summary>
    public string CodeTemplate { get; init; } = "";

    /// <summary>The same of <see cref="Templates.Bundle"/>.</summary>
    public required string BundleTemplate { get; init; }

    /// <summary>The gateway signs nothing that it pushes: it proves itself by this word in the address we gave it.</summary>
    public required string PushKey { get; init; }

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Null where no such gateway is configured.</summary>
    public static TemplateSettings? Of(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section["AccessKeyId"] is not { Length: > 0 } key) return null;
        return new()
        {
            BaseUrl = Uri.TryCreate(section["BaseUrl"], UriKind.Absolute, out var url) ? url : RealService,
            AccessKeyId = key, AccessKeySecret = section["AccessKeySecret"] ?? "", SignName = section["SignName"] ?? "",
            PageTemplate = section["PageTemplate"] ?? "", CodeTemplate = section["CodeTemplate"] ?? "",
            BundleTemplate = section["BundleTemplate"] ?? "", PushKey = section["PushKey"] ?? "",
        };
    }

    public override string ToString() => $"{nameof(TemplateSettings)} {BaseUrl.Host}";
}
