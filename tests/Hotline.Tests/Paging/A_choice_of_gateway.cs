using Hotline.Paging;
using Hotline.Telephony;
using Hotline.Workflow;

namespace Hotline.Tests.Paging;

public sealed class A_choice_of_gateway
{
    private static readonly GatewayRules Rules = GatewayRules.Unsaid;
    private static readonly string[] Both = ["twilio", "template"];

    private static IEnumerable<string> Order(bool mainland, string[] configured, params string[] broken) =>
        Routing.Order(Rules, mainland, configured, name => name, broken.Contains);

    [Fact]
    public void prefers_the_mainlands_own_for_the_mainland_and_never_elsewhere()
    {
        Order(true, Both).ShouldBe(["template", "twilio"]);
        Order(true, ["twilio"]).ShouldBe(["twilio"]);
        Order(false, Both).ShouldBe(["twilio"]);
    }

    [Fact]
    public void passes_over_one_that_refuses_us_and_tries_the_first_where_all_do()
    {
        Order(true, Both, "template").ShouldBe(["twilio"]);
        Order(true, Both, "template", "twilio").ShouldBe(["template"]);
        Order(false, Both, "twilio").ShouldBe(["twilio"]);
    }

    [Theory]
    [InlineData(ErrorClass.SetUp, true, AfterRequest.OtherGateway), InlineData(ErrorClass.SetUp, false, AfterRequest.Fail)]
    [InlineData(ErrorClass.Request, true, AfterRequest.OtherGateway), InlineData(ErrorClass.Temporary, true, AfterRequest.OtherGateway)]
    [InlineData(ErrorClass.Temporary, false, AfterRequest.Wait), InlineData(ErrorClass.PermanentAddress, true, AfterRequest.Fail)]
    [InlineData(ErrorClass.Policy, true, AfterRequest.Fail)]
    public void follows_the_class_of_a_refusal(ErrorClass no, bool hasOther, AfterRequest expected) =>
        Routing.After(new Submitted.Rejected(no, null), 1, hasOther).ShouldBe(expected);

    [Fact]
    public void waits_once_for_who_turns_us_away_and_looks_before_anything_where_the_outcome_is_unknown()
    {
        Routing.After(new Submitted.NotProcessed(null), 1, true).ShouldBe(AfterRequest.Wait);
        Routing.After(new Submitted.NotProcessed(null), 2, true).ShouldBe(AfterRequest.OtherGateway);
        Routing.After(new Submitted.NotProcessed(null), 9, false).ShouldBe(AfterRequest.Wait);
        Routing.After(new Submitted.Unknown("cut"), 9, true).ShouldBe(AfterRequest.Look);
        Routing.After(new Submitted.Accepted("x", "queued"), 1, true).ShouldBe(AfterRequest.Sent);
    }
}
