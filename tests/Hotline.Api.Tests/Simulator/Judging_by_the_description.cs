using System.Net.Http.Headers;

namespace Hotline.Api.Tests.Simulator;

public sealed class Judging_by_the_description
{
    const string Account = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const string Good = "To=%2B14155550101&From=%2B15005550006&Body=hello";

    [Fact]
    public void a_sound_request_passes() => Of("Messages.json", Good).ShouldBeEmpty();

    [Theory]
    [InlineData("Messages.json", "To=%2B14155550101&From=%2B15005550006&body=hello", "no such name")]
    [InlineData("Messages.json", Good + "&ValidityPeroid=60", "no such name")]
    [InlineData("Messages.json", "To=14155550101&From=%2B15005550006&Body=hello", "is not like")]
    [InlineData("Messages.json", "To=%2B14155550101&Body=hello", "none of")]
    [InlineData("Messages.json", Good + "&ValidityPeriod=0", "out of range")]
    [InlineData("Messages.json", Good + "&ValidityPeriod=soon", "is no integer")]
    [InlineData("Messages.json", Good + "&StatusCallback=https%3A%2F%2Fmy_host%2Fx", "is not like")]
    [InlineData("Calls.json", "To=%2B14155550101&From=%2B15005550006", "none of")]
    [InlineData("Calls.json", "To=%2B14155550101&From=%2B15005550006&Twiml=x&StatusCallbackEvent=answered+ringing",
        "none of its words")]
    [InlineData("Massages.json", Good, "no operation")]
    public void what_is_wrong_is_named(string resource, string form, string why) =>
        Of(resource, form).ShouldContain(wrong => wrong.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void repeated_names_are_a_list() =>
        Of("Calls.json", "To=%2B14155550101&From=%2B15005550006&Twiml=x&StatusCallbackEvent=answered&StatusCallbackEvent=completed")
            .ShouldBeEmpty();

    [Theory]
    [InlineData("?DateSent%3E=2026-11-21&PageSize=5", true)]
    [InlineData("?DateSentAfter=2026-11-21", false)]
    [InlineData("?PageSize=0", false)]
    public void names_in_the_query_count(string query, bool sound)
    {
        using var request = Request(HttpMethod.Get, "Messages.json" + query);
        TwilioDescription.CheckRequest(request, null).Any().ShouldBe(!sound);
    }

    [Fact]
    public void a_request_without_credentials_is_wrong()
    {
        using var request = Request(HttpMethod.Get, "Messages.json");
        request.Headers.Authorization = null;
        TwilioDescription.CheckRequest(request, null).ShouldContain("no basic authentication");
    }

    [Theory]
    [InlineData(400, """{"code":21211,"message":"x","more_info":"https://example.org/1","status":400}""", true)]
    [InlineData(400, """{"code":"21211","message":"x","more_info":"https://example.org/1","status":400}""", false)]
    [InlineData(400, """{"code":21211,"message":"x","status":400}""", false)]
    [InlineData(418, "{}", false)]
    [InlineData(201, "<html/>", false)]
    public void a_response_must_be_of_its_status_and_form(int status, string body, bool sound) => TwilioDescription
        .CheckResponse("POST", $"/2010-04-01/Accounts/{Account}/Messages.json", status, "application/json", body)
        .Any().ShouldBe(!sound);

    static IReadOnlyList<string> Of(string resource, string form)
    {
        using var request = Request(HttpMethod.Post, resource);
        request.Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        return TwilioDescription.CheckRequest(request, form);
    }

    static HttpRequestMessage Request(HttpMethod method, string resource) =>
        new(method, $"http://127.0.0.1/2010-04-01/Accounts/{Account}/{resource}")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", "eDp5") },
        };
}
