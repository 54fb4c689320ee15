"""Names, and who sent whom."""

import numpy as np

from keyworth.sample import make_business, names


def test_no_name_is_longer_than_the_column_and_some_fill_it():
    companies = names.companies(3_000, np.random.default_rng(1))
    lengths = [len(name) for name in companies]
    assert max(lengths) == names.LONGEST == 40
    assert lengths.count(40) > 30


def test_people_have_names_of_many_kinds():
    people = names.people(5_000, np.random.default_rng(1))
    assert max(map(len, people)) <= 40
    assert min(map(len, people)) == 2
    assert len(set(people)) > 2_500
    assert 30 < sum("·" in name for name in people) < 300
    assert 100 < sum(name.isascii() for name in people) < 500
    assert all(" " in name for name in people if name.isascii())


def test_members_are_people_and_companies_and_companies_spend_more(business):
    members = business.customers.to_pandas()
    kinds = members["客户类型"].value_counts(normalize=True)
    assert 0.04 < kinds["企业"] < 0.08
    spend = business.truth["mean_spend"].to_numpy()
    company = (members["客户类型"] == "企业").to_numpy()
    assert spend[company].mean() > 1.5 * spend[~company].mean()
    assert members["姓名"].str.len().max() == 40


def test_whoever_sent_somebody_had_bought_before(business):
    members = business.customers.to_pandas().set_index("会员号")
    sent = members.dropna(subset="推荐人")
    assert 0.12 < len(sent) / len(members) < 0.2
    # Joined strictly earlier at every step: going back along senders can never come round.
    assert (sent["入会日期"] > members["入会日期"][sent["推荐人"]].to_numpy()).all()


def test_the_sender_stands_on_the_first_order_and_nowhere_else(business, orders):
    named = orders.dropna(subset="referrer")
    sent = business.customers.to_pandas().dropna(subset="推荐人").set_index("会员号")["推荐人"]
    assert named.customer.is_unique
    assert (named.set_index("customer").referrer.sort_index() == sent.sort_index()).all()
    first = orders.dropna(subset="customer").groupby("customer").order.first()
    assert (first[named.customer] == named.order.to_numpy()).all()


def test_everybody_joins_on_the_day_of_their_first_purchase():
    few = make_business(customers=60)
    assert few.customers["入会日期"].equals(few.truth["first_on"])
