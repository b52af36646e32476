using Hotline.Hosting;
using Microsoft.Extensions.Configuration;

namespace Hotline.Tests.Hosting;

public sealed class Settings
{
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private static readonly Dictionary<string, string?> Productive = new()
    {
        ["Url"] = "http://0.0.0.0:8080",
        ["PublicUrl"] = "https://hotline.example.org",
        ["Database"] = "Host=db;Database=hotline;Username=u;Password=not-for-eyes",
        ["KeyDatabase"] = "Host=db;Database=hotline_keys;Username=u;Password=not-for-eyes",
        ["MasterKey"] = Key,
        ["Twilio:AccountSid"] = "AC" + new string('b', 32),
        ["Twilio:AuthToken"] = "not-for-eyes",
        ["Twilio:From"] = "+15005550006",
        ["TemplateGateway:AccessKeyId"] = "an-id",
        ["TemplateGateway:AccessKeySecret"] = "not-for-eyes",
        ["TemplateGateway:SignName"] = "儿童保护热线",
        ["TemplateGateway:PageTemplate"] = "SMS_123456789",
        ["TemplateGateway:BundleTemplate"] = "SMS_123456780",
        ["TemplateGateway:PushKey"] = "not-for-eyes-not-for-eyes",
    };

    [Fact]
    public void of_a_real_deployment_are_accepted() => OptionsCheck.Mistakes(Read(Productive)).ShouldBeEmpty();

    [Fact]
    public void of_the_demo_need_nothing_but_the_word_and_point_at_the_simulator_next_door()
    {
        var options = Read(new() { ["Demo"] = "true", ["Url"] = "http://127.0.0.1:9000" });
        OptionsCheck.Mistakes(options).ShouldBeEmpty();
        options.Embedded.ShouldBeTrue();
        options.Twilio.BaseUrl.ShouldBe("http://127.0.0.1:9001");
        options.Twilio.AccountSid.ShouldBe("AC" + new string('a', 32));
        options.Resolved().ShouldContain(new KeyValuePair<string, string?>("Hotline:Twilio:BaseUrl", "http://127.0.0.1:9001"));
    }

    [Fact]
    public void of_the_simulator_reach_the_demo_server_too()
    {
        var configuration = Configuration(new() { ["Demo"] = "true" });
        configuration["TWILIO_FROM"] = "+15005550009";
        HotlineOptions.Of(configuration).Twilio.From.ShouldBe("+15005550009");
    }

    [Theory]
    [InlineData("Url", "here", "Hotline:Url")]
    [InlineData("Url", "http://127.0.0.1:8080/deep", "Hotline:Url")]
    [InlineData("PublicUrl", "ftp://x", "Hotline:PublicUrl")]
    [InlineData("PublicUrl", null, "Hotline:PublicUrl is missing")]
    [InlineData("PublicUrl", "http://localhost:8080", "Hotline:PublicUrl is missing")]
    [InlineData("Database", "no such thing", "Hotline:Database is not")]
    [InlineData("KeyDatabase", null, "Hotline:KeyDatabase is missing")]
    [InlineData("KeyDatabase", "Host=db;Database=hotline;Username=other", "same database")]
    [InlineData("Database", null, "without Hotline:Database")]
    [InlineData("MasterKey", null, "Hotline:MasterKey is missing")]
    [InlineData("MasterKey", "c2hvcnQ=", "32 bytes")]
    [InlineData("Policy", "/nowhere/at/all", "Hotline:Policy")]
    [InlineData("PostgresBinaries", "/nowhere/at/all", "Hotline:PostgresBinaries")]
    [InlineData("Demo", "maybe", "true or false")]
    [InlineData("Twilio:AccountSid", "AC1", "AccountSid")]
    [InlineData("TemplateGateway:AccessKeySecret", null, "TemplateGateway:AccessKeyId or AccessKeySecret")]
    [InlineData("TemplateGateway:SignName", "【儿童保护热线】", "TemplateGateway:SignName")]
    [InlineData("TemplateGateway:PageTemplate", "page", "TemplateGateway:PageTemplate")]
    [InlineData("TemplateGateway:BundleTemplate", null, "TemplateGateway:BundleTemplate")]
    [InlineData("TemplateGateway:PushKey", "short", "TemplateGateway:PushKey")]
    [InlineData("TemplateGateway:BaseUrl", "there", "TemplateGateway:BaseUrl")]
    [InlineData("Twilio:AuthToken", null, "AuthToken")]
    [InlineData("Twilio:From", "12345", "From")]
    [InlineData("Twilio:BaseUrl", "twilio", "BaseUrl")]
    public void that_are_wrong_give_one_line_that_names_them_and_no_secret(string name, string? value, string said)
    {
        var mistakes = OptionsCheck.Mistakes(Read(new(Productive) { [name] = value }));
        mistakes.Count.ShouldBe(1, string.Join('\n', mistakes));
        mistakes[0].ShouldContain(said);
        mistakes[0].ShouldNotContain("\n");
        mistakes[0].ShouldNotContain("not-for-eyes");
        mistakes[0].ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("Database", "Host=db;Database=hotline")]
    [InlineData("KeyDatabase", "Host=db;Database=keys")]
    [InlineData("Twilio:BaseUrl", "https://api.twilio.com")]
    [InlineData("PublicUrl", "https://hotline.example.org")]
    [InlineData("Url", "http://0.0.0.0:8080")]
    [InlineData("Url", "http://*:8080")]
    [InlineData("Url", "http://192.0.2.7:8080")]
    public void refuse_a_demo_that_touches_the_world(string name, string value) =>
        OptionsCheck.Mistakes(Read(new() { ["Demo"] = "true", [name] = value })).ShouldContain(line => line.StartsWith("Hotline:Demo"));

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://[::1]:8080")]
    public void let_a_demo_be_on_any_loopback(string url) =>
        OptionsCheck.Mistakes(Read(new() { ["Demo"] = "true", ["Url"] = url, ["PublicUrl"] = url })).ShouldBeEmpty();

    [Fact]
    public void never_print_themselves() => Read(Productive).ToString().ShouldBe(nameof(HotlineOptions));

    private static HotlineOptions Read(Dictionary<string, string?> settings) => HotlineOptions.Of(Configuration(settings));

    private static IConfigurationRoot Configuration(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => "Hotline:" + s.Key, s => s.Value)).Build();
}
